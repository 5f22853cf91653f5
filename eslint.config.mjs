import { createRequire } from "node:module";

// dev/test keeps the packages in its cache folder; an editor finds those installed beside this file.
const modules = process.env.POS_LOT_NODE_MODULES;
const require = createRequire(modules ? `${modules}/` : import.meta.url);
const js = require("@eslint/js");
const globals = require("globals");

export default [
    { ignores: ["static/lib/**", "dev/**", "**/node_modules/**"] },
    js.configs.recommended,
    {
        files: ["static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {
                ...globals.browser,
                ...globals.es2021,
                $: "readonly",
                luxon: "readonly",
                odoo: "readonly",
                posmodel: "readonly",
            },
        },
        rules: {
            curly: ["error", "all"],
            eqeqeq: ["error", "always", { null: "ignore" }],
            "no-await-in-loop": "off",
            "no-console": "error",
            "no-duplicate-imports": "error",
            "no-restricted-globals": ["error", "event", "name", "status"],
            "no-shadow": "error",
            "no-throw-literal": "error",
            "no-undef": "error",
            "no-unused-vars": ["error", { args: "after-used", caughtErrors: "none" }],
            "no-useless-return": "error",
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": ["error", { destructuring: "all" }],
            "prefer-template": "error",
            "require-await": "off",
        },
    },
    {
        files: ["*.mjs"],
        languageOptions: { globals: globals.node },
    },
    {
        // Tours and tests say what went wrong in the browser's console.
        files: ["static/tests/**/*.js"],
        rules: { "no-console": "off" },
    },
];
