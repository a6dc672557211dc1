// The lines in which two texts differ, as `diff -u` writes them.

const CONTEXT = 3;
const MAX_CELLS = 4000000;

export function unifiedDiff(expected, actual) {
    const a = expected.split('\n');
    const b = actual.split('\n');
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) {
        start++;
    }
    let tail = 0;
    while (tail < Math.min(a.length, b.length) - start
        && a.at(-1 - tail) === b.at(-1 - tail)) {
        tail++;
    }
    const from = Math.max(0, start - CONTEXT);
    const keep = Math.min(tail, CONTEXT);
    const changed = changes(a.slice(start, a.length - tail),
        b.slice(start, b.length - tail));
    const span = (lines) =>
        `${from + 1},${lines.length - tail + keep - from}`;
    return ['--- expected', '+++ actual', `@@ -${span(a)} +${span(b)} @@`,
        ...a.slice(from, start).map((line) => ` ${line}`),
        ...changed,
        ...a.slice(a.length - tail, a.length - tail + keep)
            .map((line) => ` ${line}`)].join('\n');
}

/** What lies between the equal beginning and the equal end. */
function changes(a, b) {
    if (a.length * b.length > MAX_CELLS) {
        return [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)];
    }
    const common = longestCommon(a, b);
    const lines = [];
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
        if (i < a.length && j < b.length && a[i] === b[j]) {
            lines.push(` ${a[i++]}`);
            j++;
        } else if (j === b.length
            || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
            lines.push(`-${a[i++]}`);
        } else {
            lines.push(`+${b[j++]}`);
        }
    }
    return lines;
}

/** [i][j]: how many lines a from i on and b from j on have in common. */
function longestCommon(a, b) {
    const table = Array.from({ length: a.length + 1 },
        () => new Uint32Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i--) {
        for (let j = b.length - 1; j >= 0; j--) {
            table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1
                : Math.max(table[i + 1][j], table[i][j + 1]);
        }
    }
    return table;
}
