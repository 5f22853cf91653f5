// Reads browser modules and tells, as JSON, what they import, export, define and patch.
//
//     node browser_code.mjs NODE_MODULES < list of files, one a line
//
// For each file: `{imports, exports, stars, classes, patches, assigned}`, see `readFile`.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[2]}/`);
const { parse } = require("acorn");

function* walk(node) {
    if (Array.isArray(node)) {
        for (const item of node) {
            yield* walk(item);
        }
    } else if (node && typeof node.type === "string") {
        yield node;
        for (const value of Object.values(node)) {
            if (value && typeof value === "object") {
                yield* walk(value);
            }
        }
    }
}

function some(node, test) {
    for (const inner of walk(node)) {
        if (test(inner)) {
            return true;
        }
    }
    return false;
}

const nameOf = (key) => key.name ?? String(key.value);

function readParam(param) {
    switch (param.type) {
        case "Identifier":
            return param.name;
        case "AssignmentPattern":
            return readParam(param.left);
        case "RestElement":
            return `...${readParam(param.argument)}`;
        default:
            return "{}"; // taken apart: it has no name
    }
}

const isProperty = (node, object, name) =>
    node.type === "MemberExpression" && object(node.object) && node.property.name === name;

/**
 * A member of a class or of the object of a patch. `super`: it calls, or for a value spreads, what
 * it overrides.
 */
function readMember(member, target) {
    const { value } = member;
    const name = nameOf(member.key);
    const isFunction = /Function/.test(value?.type);
    const isMethod = member.type === "MethodDefinition" || member.method;
    const kind = ["get", "set"].includes(member.kind) ? member.kind : isMethod ? "method" : "value";
    return {
        name,
        kind,
        static: Boolean(member.static),
        params: isFunction ? value.params.map(readParam) : [],
        arguments: some(value, (node) => node.type === "Identifier" && node.name === "arguments"),
        super: some(
            value,
            (node) =>
                isProperty(node, (object) => object.type === "Super", name) ||
                (target && isProperty(node, (object) => object.name === target, name))
        ),
    };
}

/** `X` or `X.prototype` as `[name, whether it is the prototype]`. */
function readTarget(node) {
    if (node.type === "Identifier") {
        return [node.name, false];
    }
    if (isProperty(node, (object) => object.type === "Identifier", "prototype")) {
        return [node.object.name, true];
    }
    return [null, false];
}

function readFile(path) {
    const tree = parse(readFileSync(path, "utf8"), {
        ecmaVersion: "latest",
        sourceType: "module",
        locations: true,
    });
    const result = {
        imports: {}, // local name: [module, its name there]
        exports: {}, // exported name: local name, or [module, its name there]
        stars: [], // modules of which everything is exported
        classes: {}, // name: {extends, members}
        patches: [], // {target, prototype, members, line}; members is null when they cannot be read
        assigned: [], // {target, prototype, name, line}: properties of imported things
    };
    for (const node of walk(tree)) {
        const line = node.loc?.start.line;
        if (node.type === "ImportDeclaration") {
            for (const { type, local, imported } of node.specifiers) {
                const name =
                    type === "ImportDefaultSpecifier"
                        ? "default"
                        : nameOf(imported ?? { name: "*" });
                result.imports[local.name] = [node.source.value, name];
            }
        } else if (node.type === "ExportAllDeclaration") {
            result.stars.push(node.source.value);
        } else if (node.type === "ExportDefaultDeclaration") {
            result.exports.default = node.declaration.id?.name ?? node.declaration.name;
        } else if (node.type === "ExportNamedDeclaration") {
            for (const { local, exported } of node.specifiers) {
                result.exports[nameOf(exported)] = node.source
                    ? [node.source.value, nameOf(local)]
                    : nameOf(local);
            }
            for (const declared of node.declaration?.declarations ?? [node.declaration]) {
                if (declared?.id.name) {
                    result.exports[declared.id.name] = declared.id.name;
                }
            }
        } else if (["ClassDeclaration", "ClassExpression"].includes(node.type) && node.id) {
            result.classes[node.id.name] = {
                extends: node.superClass?.name ?? null,
                members: node.body.body
                    .filter(
                        (member) => member.key && !member.computed && member.kind !== "constructor"
                    )
                    .map((member) => readMember(member)),
            };
        } else if (node.type === "CallExpression" && node.callee.name === "patch") {
            const [target, prototype] = readTarget(node.arguments[0] ?? {});
            const properties = node.arguments[1]?.properties;
            const isReadable = properties?.every((member) => member.key && !member.computed);
            const members = isReadable
                ? properties.map((member) => readMember(member, target))
                : null;
            result.patches.push({ target, prototype, members, line });
        } else if (
            node.type === "AssignmentExpression" &&
            node.left.type === "MemberExpression" &&
            !node.left.computed
        ) {
            const [target, prototype] = readTarget(node.left.object);
            result.assigned.push({ target, prototype, name: node.left.property.name, line });
        }
    }
    result.assigned = result.assigned.filter(({ target }) => target in result.imports);
    return result;
}

const result = {};
for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    result[path] = readFile(path);
}
process.stdout.write(JSON.stringify(result));
