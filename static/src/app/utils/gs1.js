/**
 * What a scanned code stands for in GS1's system: as `number/gs1.py` reads it on the server, where
 * the tables are explained. The cases in static/tests/unit/data/gs1_cases.js hold for both.
 */

// Separators and what scanners send around a code are control characters.
/* eslint-disable no-control-regex */

const FNC1 = "\x1d";
const TABLE = String.raw`00|801[78]:18:18:C 0[1-3]:14:14:C 1[1-35-7]:6:6:D 20:2:2:N 41[0-7]:13:13:C 3(?:1[0-6]|[246]\d|[35][0-7])[0-5]:6:6:N 395[0-5]|8005:6:6:N 10|2[12]|243|254|420|4318|702[0-2]|71[0-7]|7240|80[01]2::20 235::28 24[01]|25[01]|40[03]|4308|4319|7002|90::30 401|7023|8004:4:30:\d{4}.* 242::6:N 30|37::8:N 39[02]\d::15:N 39[13]\d:4:18:KN 394[0-3]|8111:4:4:N 253:13:30:C13.* 255:13:25:C13\d* 402:17:17:C 421:4:12:I.* 42[246]:3:3:I 42[35]:3:15:II?I?I?I? 427|7008::3 43[01][01]|4320::35:P 43[01][2-6]|7257::70:P 43[01]7:2:2:L 4309:20:20:O 432[1-3]:1:1:[01] 432[45]:10:10:DT 4326|7006:6:6:E 433[0-3]:6:7:\d{6}-? 7001:13:13:N 7003:10:10:ET 7004::4:N 7005::12 7007:6:12:EE? 7009|7255::10 7010::2 7011:6:10:ET? 703\d:4:30:J.* 7040:4:4:\d..[-\w] 7041::4 723\d:3:30 7241:2:2:0[1-9]|10|[89]\d 7242|8020::25 7250:8:8:F 7251:12:12:FT 7252:1:1:[0129] 725[349]::40:P 7256::90:P 7258:3:3:S 8001:14:14:(?!0{4}|.{4}0{5}|.{9}000)\d{12}[019]\d 8003:14:30:0C13.* 8006|8026:18:18:C14Q 8007:5:34:B 8008:8:12:EH(?:MM?)? 8009::50 8010:4:30:\d{4}[-#/\dA-Z]* 8011::12:[1-9]\d* 8013:4:25:A 8014:4:25:(?=.*\D)A 8019::10:N 8030::90:Z 804[01]:15:15:N 8042:32:32:N 8043:18:20:N 8110::70:G\d{6}WR(?:1[0-3]R(?:9|G))?(?:2R(?:9|G))?(?:3E)?(?:4E)?(?:5(?:G|V))?(?:6(?:(?!0)G|7\d{13}))?(?:9[01256][0-2]\d[01])? 8112::70:[01]G\d{6}(?:G|V) 8200::70 9[1-9]::90`;
const FORMS = {
    A: String.raw`\d{4}.*`,
    B: String.raw`[A-Z]{2}[\dA-Z]+`,
    C: String.raw`\d+`,
    D: String.raw`\d{6}`,
    E: String.raw`\d{6}`,
    F: String.raw`\d{8}`,
    G: String.raw`0\d{6}|1\d{7}|2\d{8}|3\d{9}|4\d{10}|5\d{11}|6\d{12}`,
    H: String.raw`[01]\d|2[0-3]`,
    I: String.raw`\d{3}`,
    J: String.raw`\d{3}`,
    K: String.raw`\d{3}`,
    L: String.raw`..`,
    M: String.raw`[0-5]\d`,
    N: String.raw`\d+`,
    O: String.raw`(?:(?:0\d|1[0-7])\d{8}|180{8})(?:(?:[0-2]\d|3[0-5])\d{8}|360{8})`,
    P: String.raw`(?:[^%]|%[\da-fA-F]{2})+`,
    Q: String.raw`\d{4}`,
    R: String.raw`(?:1\d|2\d\d|3\d{3}|4\d{4}|5\d{5})[0-49]\d{3}`,
    S: String.raw`[1-9]/[1-9]`,
    T: String.raw`(?:[01]\d|2[0-3])[0-5]\d`,
    V: String.raw`7\d{13}|8\d{14}|9\d{15}`,
    W: String.raw`1\d|2\d\d|3\d{3}|4\d{4}|5\d{5}`,
    Z: String.raw`(?:[-\w]{3})*(?:[-\w]==|[-\w]{2}=)|[-\w]+`,
};
const CHARACTERS =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const LISTS = {
    I: "@DA4A6A4M4ADE055A4A4A0A4A45A4CATAPAD4Aha4E4EDQ10A4A4A4ADA4A4A4A4A4D45I4E4E4A4A4AA0A7A4A4Y3144A4AdN8@A4A45A4C@Q=A4ADA0O44@<14A4A5A4A4I5904@h11@4E001Q01",
    L: "hUeg^oN_Mkm9o@H50B=0>00G90kWkG10=J06hm0@0=00M\\2m15hCmcooGGbB80@00acSC5000040A5OoW[c^OZI@@@`E524020400000@00240401",
    K: "04100414M0A410111414@0A0141041041P@@01D@400@0100@00004A4@4A4A4@0@4E45I4A404@4100A0@11414`00441404@4@A4000@0B01000@010E400400@4A404A404804@011005000A002000oIefononk?7A:",
};
const LINKS =
    /^(?:(?:01|8006)(?: 22)?(?: 10)?(?: 21)?|01 235|414 254|(?:41[47]|8004)(?: 7040)?|415(?: 8020)?|8010(?: 8011)?|801[78](?: 8019)?|00|25[35]|40[12]|80[01]3)$/;
const EXCLUSIONS = String.raw`01>02|03|255|37|8006 02>03|255|8006|8026 03>235|37|7240|80[02]6 21>235 255>415|80[02]6|8020 37>8006 390\d>39[14]\d|8111 392\d>39[35]\d 393\d>395\d 394\d>8111 395\d>8005 420>421 421>4307 42[2-5]>426 4330>4331 4332>4333 7250>7251 725[3-5]>725[69] 7256>7259 8006>8026 8017>8018 (3\d\d)\d>\2\d`;
const REQUIREMENTS = String.raw`02>37 37>02|8026 250>21 39[235]\d>30|3[1256]\d\d (?:01|8006)(?=_.*_8030_)>21 8010(?=_.*_8030_)>8011`;

class Refusal {
    constructor(code, ai, value, other) {
        this.reason = { code };
        const params = { ai, value: value?.match(/^[^]{0,40}/u)[0], other };
        for (const name in params) {
            if (params[name]) {
                this.reason[name] = params[name];
            }
        }
    }
}

function refuse(code, ai, value, other) {
    throw new Refusal(code, ai, value, other);
}

/** A text without these characters around it; a regular expression would need their number squared. */
function strip(text, isAround) {
    let start = 0;
    let end = text.length;
    while (start < end && isAround(text[start])) {
        start++;
    }
    while (start < end && isAround(text[end - 1])) {
        end--;
    }
    return text.slice(start, end);
}

/** Whether the last digit is the check digit of those before it. */
export function isCheckDigitRight(digits) {
    let sum = 0;
    for (let at = 1; at <= digits.length; at++) {
        sum += digits.at(-at) * (at % 2 ? 1 : 3);
    }
    return sum % 10 === 0;
}

function hasCheckCharacters(value) {
    let sum = 0;
    let prime = 1;
    for (let at = value.length - 3; at >= 0; at--) {
        do {
            prime++;
        } while (/^(..+)\1+$/.test("1".repeat(prime)));
        sum += CHARACTERS.indexOf(value[at]) * prime;
    }
    sum %= 1021;
    const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    return value.slice(-2) === letters[sum >> 5] + letters[sum & 31];
}

function isListed(kind, code) {
    const number =
        kind === "L" ? code.charCodeAt(0) * 26 + code.charCodeAt(1) - 1755 : Number(code);
    const isCode = kind !== "L" || /^[A-Z]+$/.test(code);
    return isCode && ((LISTS[kind].charCodeAt(number / 6) - 48) >> number % 6) & 1;
}

function isAccount(value) {
    let rest = 0;
    for (const each of value.slice(4) + value.slice(0, 4)) {
        rest = Number(rest + String(parseInt(each, 36))) % 97;
    }
    return rest === 1 && isListed("L", value.slice(0, 2));
}

/** The date of YYMMDD or YYYYMMDD in ISO form, "" when there is no such day; day 00: the last. */
function toDate(digits, today) {
    const [, years, month, day] = digits.match(/^(.+)(..)(..)$/);
    let year = Number(years);
    if (years.length < 3) {
        const ahead = year - (today % 100);
        year += today - (today % 100) - (ahead > 50 ? 100 : ahead > -50 ? 0 : -100);
    }
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const last = Number(month) === 2 ? 28 + isLeap : 30 + ((Number(month) + (month > 7)) % 2);
    if (month < 1 || month > 12 || day > last) {
        return "";
    }
    return `${String(year).padStart(4, 0)}-${month}-${day === "00" ? last : day}`;
}

const isDate = (digits, today) => !digits.endsWith("00") && toDate(digits, today);

const CHECKS = {
    A: hasCheckCharacters,
    B: isAccount,
    C: isCheckDigitRight,
    D: toDate,
    E: isDate,
    F: isDate,
    I: (part) => isListed("I", part),
    J: (part) => part === "999" || isListed("I", part),
    K: (part) => isListed("K", part),
    L: (part) => isListed("L", part),
    Q: (part) => part.slice(0, 2) > 0 && part.slice(0, 2) <= part.slice(2),
    S: (part) => part[0] <= part[2],
};

const ENTRIES = TABLE.split(" ").map((row) => {
    const [identifiers, shortest, longest, ...form] = row.split(/(?<!\?):/);
    const letters = [];
    const regex = form.join(":").replace(/(?<![\\-])([A-Z])(?!-)(\d*)/g, (_, letter, length) => {
        const isChecked = letter in CHECKS && letters.push(letter);
        return `(${isChecked ? "" : "?:"}${length ? `\\d{${length}}` : FORMS[letter]})`;
    });
    return {
        identifiers: new RegExp(`^(?:${identifiers})`),
        shortest: shortest || 1,
        longest,
        letters,
        regex: new RegExp(`^(?:${regex || ".*"})$`),
    };
});

/** @returns {Object|undefined} the entry of the identifier `ai` that a text begins with */
function findEntry(text) {
    for (const entry of ENTRIES) {
        const ai = entry.identifiers.exec(text)?.[0];
        if (ai) {
            return { ...entry, ai };
        }
    }
}

const isIdentifier = (text) => Boolean(text) && findEntry(text)?.ai === text;

function checkValue(ai, value, today) {
    if (!isIdentifier(ai)) {
        refuse("unknown", ai, value);
    }
    const { shortest, longest, regex, letters } = findEntry(ai);
    if (/[^!"%-?A-Z_a-z]/.test(ai === "8010" ? value.replaceAll("#", "") : value)) {
        refuse("characters", ai, value);
    }
    if (value.length < shortest) {
        refuse("short", ai, value);
    }
    if (value.length > longest) {
        refuse("long", ai, value);
    }
    const found = regex.exec(value);
    if (!found) {
        refuse(/\D/.test(value) ? "characters" : "value", ai, value);
    }
    letters.forEach((letter, at) => {
        const part = found[at + 1];
        if (part && !CHECKS[letter](part, today)) {
            const isDigit = "ABC".includes(letter);
            refuse(isDigit ? "check_digit" : "DEF".includes(letter) ? "date" : "value", ai, value);
        }
    });
}

function check(elements, today) {
    const values = {};
    const result = [];
    for (const [ai, value] of elements) {
        checkValue(ai, value, today);
        values[ai] ??= value;
        if (values[ai] !== value) {
            refuse("different", ai, value);
        }
        if (result.push([ai, value]) > 64) {
            refuse("many");
        }
    }
    if (!result.length) {
        refuse("empty");
    }
    // Not by `Object.keys`, which puts numbers first.
    const present = `_${Object.keys(values).sort().join("__")}_`;
    for (const row of EXCLUSIONS.split(" ")) {
        const [ai, other] = row.split(">");
        const found = new RegExp(`_(${ai})_.*_(${other})_`).exec(present);
        if (found) {
            refuse("excluded", found[1], "", found.at(-1));
        }
    }
    for (const row of REQUIREMENTS.split(" ")) {
        const [ai, other] = row.split(">");
        const found = new RegExp(`_(${ai})_`).exec(present);
        if (found && !new RegExp(`_(?:${other})_`).test(present)) {
            refuse("missing", found[1], "", other);
        }
    }
    for (const [ai, value] of result) {
        if (values[8030] && /^(25[35]\d{13}|8003\d{14})$/.test(ai + value)) {
            refuse("short", ai, value);
        }
    }
    return result;
}

function* split(text) {
    let rest = text.replace(/^\x1d+/, "");
    while (rest) {
        const { ai, longest } = findEntry(rest) ?? {};
        if (!ai) {
            const start = rest.match(/^[^]{0,4}/u)[0];
            refuse("unknown", start.match(/^\d*/)[0], start);
        }
        let value = rest.slice(ai.length).split(FNC1, 1)[0];
        if (/^(0[0-4]|1[1-9]|20|3[1-6]|41)/.test(ai)) {
            value = Array.from(value.slice(0, 2 * longest))
                .slice(0, longest)
                .join("");
        }
        yield [ai, value];
        rest = rest.slice(ai.length + value.length).replace(/^\x1d+/, "");
    }
}

function* splitBrackets(text) {
    const parts = text.split(/(?<!\\)\|?\((\d{2,4})\)/);
    for (let at = 1; at < parts.length; at += 2) {
        const value = strip(parts[at + 1], (each) => each === " ");
        if (/(?<!\\)\(/.test(value)) {
            refuse("characters", parts[at], value);
        }
        yield [parts[at], value.replaceAll("\\(", "(")];
    }
}

function decode(ai, text) {
    const value = text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(`0x${hex}`));
    const isShort = ai === "01" && /^(\d{8}|\d{12,13})$/.test(value);
    return [ai, isShort ? value.padStart(14, 0) : value];
}

function isCompressed(part) {
    if (!/^[-\w]{10,}$/.test(part)) {
        return false;
    }
    const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = "";
    for (const each of part.slice(0, 10)) {
        bits += base64.indexOf(each).toString(2).padStart(6, 0);
    }
    const first = parseInt(bits.slice(0, 8), 2).toString(16).padStart(2, 0);
    const gtin = String(parseInt(bits.slice(8, 55), 2)).padStart(14, 0);
    return /^(01|0[a-f]|[123][a-f]|a\d)$/.test(first) && !gtin[14] && isCheckDigitRight(gtin);
}

function readLink(text, today) {
    const isLike = /\/(0[01]|25[35]|4\d\d|80\d\d)\/\d{4}/.test(text);
    const link = /^[^:]+:\/\/[-.:[\]\da-z]+((?:\/[^/?#]*)+)(?:\?([^#]*))?(?:#[^]*)?$/i.exec(text);
    const path = link?.[1].split("/").slice(1) ?? [];
    const isKey = (part) => LINKS.test(part);
    let start = path.length - 2;
    while (start >= 0 && isIdentifier(path[start]) && !isKey(path[start])) {
        start -= 2;
    }
    if (start < 0 || !isIdentifier(path[start]) || !/^\d{4}/.test(path[start + 1])) {
        if (isCompressed(path.at(-1))) {
            refuse("compressed");
        }
        return isLike ? refuse("address") : null;
    }
    if (/[^!#-;=?-Z[\]_a-z~]/.test(text)) {
        refuse("address");
    }
    const elements = [];
    const keys = [];
    for (let at = start; at < path.length; at += 2) {
        keys.push(path[at]);
        elements.push(decode(path[at], path[at + 1]));
    }
    if (!isKey(keys.join(" "))) {
        refuse("misplaced", keys.at(-1));
    }
    for (const part of (link[2] ?? "").split("&", 256)) {
        const [, ai, value] = part.match(/^(\d+)=([^]*)$/) ?? [];
        if (!ai) {
            continue;
        }
        if (!isIdentifier(ai)) {
            refuse("unknown", ai.slice(0, 4), value);
        }
        if (
            /^(03|2[12]|235|254|704[01]|80[14]1|801[49]|8020|804\d|8200)$/.test(ai) ||
            keys.some((_, at) =>
                isKey([...keys.slice(0, at + 1), ai, ...keys.slice(at + 1)].join(" "))
            )
        ) {
            refuse("misplaced", ai, value);
        }
        elements.push(decode(ai, value.replaceAll("+", " ")));
    }
    elements.forEach(([ai, value], at) => {
        if (elements.slice(0, at).some(([other]) => other === ai)) {
            refuse("different", ai, value);
        }
    });
    return check(elements, today);
}

function read(text, { separators = [], knowsGtin = () => true, year }) {
    const isGs1 = /^\](C1|e[0-2]|d2|Q3|J1)/.test(text);
    const body = text.replace(/^\][A-Z][\dA-Z]/i, "");
    if (!isGs1) {
        if (/^(https?|HTTPS?):\/\//.test(body)) {
            return readLink(body, year);
        }
        if (isIdentifier(/^\((\d{2,4})\)/.exec(body)?.[1])) {
            return check(splitBrackets(body), year);
        }
        if (body !== text) {
            return null;
        }
    }
    const own = separators.filter(Boolean).map((each) => each.replace(/\W/g, "\\$&"));
    const sure = "\\x1d|\\u241d|\\^\\]|[[{<](?:GS|FNC1)[\\]}>]";
    const any = new RegExp([sure, "Alt\\+?0?29|~1|[|^]", ...own].join("|"), "g");
    const codes = body.replace(any, FNC1);
    const gtin = /^\x1d*0[12](\d{14})/.exec(codes)?.[1];
    if (
        isGs1 ||
        new RegExp(sure).test(body) ||
        (gtin && isCheckDigitRight(gtin) && knowsGtin(gtin))
    ) {
        return check(split(codes), year);
    }
    try {
        return /^([|^]|~1)\d\d/.test(body) ? check(split(codes), year) : null;
    } catch {
        return null;
    }
}

/** What a till uses of a code's elements: see `get_meaning` in number/gs1.py. */
function getMeaning(elements, today) {
    const values = Object.fromEntries(elements);
    const meaning = {};
    const take = (name, identifiers, form = (value) => value) => {
        const ai = identifiers.find((each) => each in values);
        if (ai) {
            meaning[name] = form(values[ai]);
        }
    };
    const date = (value) => toDate(value.slice(0, 6), today);
    take("gtin", ["01", "02"]);
    take("is_content", ["02"], Boolean);
    take("sscc", ["00"]);
    take("lot", ["10"]);
    take("serial", ["21", "235"]);
    take("second_serial", ["250"]);
    take("count", ["30", "37"], Number);
    take("expiration", ["17", "7003"], date);
    take("best_before", ["15"], date);
    take("sell_by", ["16"], date);
    take("production", ["11"], date);
    take("packaging", ["13"], date);
    take("expiration_time", ["7003"], (value) => `${value.slice(6, 8)}:${value.slice(8)}`);
    for (const [ai, value] of elements) {
        if (/^3[12]0\d/.test(ai)) {
            meaning.weight = value / 10 ** ai[3];
            meaning.weight_unit = ai[1] < 2 ? "kg" : "lb";
        }
    }
    const additional = ["240", "241"].filter((ai) => ai in values).map((ai) => values[ai]);
    return additional.length ? { ...meaning, additional } : meaning;
}

/**
 * What a scanned or typed text is. The exact name of a known number and a product's barcode come
 * before this: ask for them first.
 *
 * @param {string} text as it came from scanner or keyboard
 * @param {Object} [options]
 * @param {string[]} [options.separators] what this shop's scanners send instead of FNC1, besides
 *     the usual texts
 * @param {function(string): boolean} [options.knowsGtin] whether a product has these 14 digits: a
 *     code that does not say itself that it is GS1 is one only where it begins with such a GTIN
 * @param {number} [options.year] today's, from which the century of a date follows
 * @returns {{kind: "gs1"|"plain"|"refused", text: string, elements: [string, string][],
 *     reason: {code: string, ai?: string, value?: string, other?: string}|null, meaning: Object}}
 *     see `Code` in number/gs1.py
 */
export function readCode(text, options = {}) {
    const code = strip(String(text ?? ""), (each) => each < "!" && each !== FNC1);
    const year = options.year ?? new Date().getFullYear();
    const answer = (kind, more) => ({
        kind,
        text: code,
        elements: [],
        reason: null,
        meaning: {},
        ...more,
    });
    try {
        const single = code.replace(
            /^\]E[04](\d{8,13})\|\]e0/,
            (_, gtin) => `]e001${gtin.padStart(14, 0)}`
        );
        const elements = read(single, { ...options, year });
        if (elements) {
            return answer("gs1", { elements, meaning: getMeaning(elements, year) });
        }
    } catch (error) {
        if (!(error instanceof Refusal)) {
            throw error;
        }
        return answer("refused", { reason: error.reason });
    }
    const plain = code.replace(/^\][A-Z][\dA-Z]/i, "");
    const isAddress = /^(https?|HTTPS?):\/\//.test(plain);
    return answer("plain", { text: plain, reason: isAddress ? { code: "address" } : null });
}

/** Whether a text says of itself that it is a GS1 code: then it is no name. */
export function saysGs1(text) {
    return readCode(text, { knowsGtin: () => false }).kind !== "plain";
}
