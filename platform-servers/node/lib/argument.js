// The two kinds of argument that a step can have below its text.

/** Rows of strings, every row of the same length. */
export class DataTable {
    constructor(rows) {
        this.rows = rows.map((row) => [...row]);
    }

    /** The cells of the first row. */
    get header() {
        return this.rows[0] ?? [];
    }

    /** An object for each row after the header, keyed by the header. */
    get hashes() {
        return this.rows.slice(1).map((row) => Object.fromEntries(
            this.header.map((name, index) => [name, row[index]])));
    }

    /**
     * An object for each row after the header, its cells converted:
     * `{ id: Number, at: (text) => new Date(text) }`. Other columns are strings.
     */
    objects(converters = {}) {
        const unknown = Object.keys(converters).filter((name) =>
            !this.header.includes(name));
        if (unknown.length > 0) {
            throw new Error(`the table has no column '${unknown[0]}'; it has: ${
                this.header.join(', ')}`);
        }
        return this.rows.slice(1).map((row, index) => Object.fromEntries(
            this.header.map((name, column) => [name, Object.hasOwn(converters,
                name) ? converted(row[column], converters[name],
                    `row ${index + 1} of the table, column '${name}'`)
                : row[column]])));
    }

    /** A table of two columns as one object. */
    get rowsHash() {
        if (this.rows.some((row) => row.length !== 2)) {
            throw new Error('rowsHash needs a table of two columns');
        }
        return Object.fromEntries(this.rows);
    }

    /** The table turned round: an array for each column. */
    get columns() {
        return this.header.map((_, index) =>
            this.rows.map((row) => row[index]));
    }

    [Symbol.iterator]() {
        return this.rows[Symbol.iterator]();
    }
}

function converted(cell, convert, place) {
    if (convert === Boolean) {
        // Boolean('false') is true, which nobody means.
        const at = ['true', 'yes', 'false', 'no'].indexOf(cell.toLowerCase());
        if (at < 0) {
            throw new Error(`${place}: '${cell}' is no Boolean`);
        }
        return at < 2;
    }
    const value = convert(cell);
    if (Number.isNaN(value) || (convert === Number && cell.trim() === '')) {
        throw new Error(`${place}: '${cell}' is no ${convert.name || 'number'}`);
    }
    return value;
}

/** The `argument` member of a request is not what the protocol says. */
export class BadArgument extends Error {}

/**
 * Reads the `argument` member.
 *
 * values: what the step's function is called with, in the step's order.
 */
export function parseArgument(argument) {
    const parsed = { dataTable: null, docString: null, values: [] };
    if (argument === undefined || argument === null) {
        return parsed;
    }
    if (!isObject(argument)) {
        throw new BadArgument('params.argument must be an object');
    }
    if (argument.dataTable !== undefined && argument.dataTable !== null) {
        parsed.dataTable = parseTable(argument.dataTable);
        parsed.values.push(parsed.dataTable);
    }
    if (argument.docString !== undefined && argument.docString !== null) {
        parsed.docString = parseDocString(argument.docString);
        parsed.values.push(parsed.docString.content);
    }
    if (Array.isArray(argument.order) && argument.order[0] === 'docString') {
        parsed.values.reverse();
    }
    return parsed;
}

function parseTable(table) {
    const rows = isObject(table) ? table.rows : null;
    if (!Array.isArray(rows) || !rows.every(isRow)) {
        throw new BadArgument('params.argument.dataTable.rows must be an'
            + ' array of arrays of strings');
    }
    return new DataTable(rows);
}

function isRow(row) {
    return Array.isArray(row)
        && row.every((cell) => typeof cell === 'string');
}

function parseDocString(doc) {
    const content = isObject(doc) ? doc.content : null;
    const mediaType = (isObject(doc) ? doc.mediaType : null) ?? null;
    if (typeof content !== 'string') {
        throw new BadArgument(
            'params.argument.docString.content must be a string');
    }
    if (mediaType !== null && typeof mediaType !== 'string') {
        throw new BadArgument(
            'params.argument.docString.mediaType must be a string');
    }
    return { content, mediaType };
}

/** True for {...}, as opposed to arrays and null. */
export function isObject(value) {
    return typeof value === 'object' && value !== null
        && !Array.isArray(value);
}
