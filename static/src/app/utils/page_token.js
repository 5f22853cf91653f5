/**
 * The secret part of the address of a sale's page: 128 random bits in 22 characters, as
 * `number/page_token.py` has it.
 *
 * @returns {string}
 */
export function makePageToken() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "");
}
