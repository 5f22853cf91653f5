// What the browser's code makes of codes: a JSON string a line in, a JSON value a line out.
//
//     node read_code.mjs path/to/gs1.js < codes

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

// The file is a browser module without imports: Node reads it as a module only from such an address.
const source = readFileSync(process.argv[2]).toString("base64");
const { readCode } = await import(`data:text/javascript;base64,${source}`);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const { kind, elements, reason, meaning } = readCode(JSON.parse(line));
    process.stdout.write(`${JSON.stringify({ kind, elements, reason, meaning })}\n`);
}
