// The types of the SDK; README.md explains them.

/** Values of any kind: what an expression's parameters give. */
type Value = any;

/** What a step returns: an object becomes `data` of the report. */
type StepResult = Record<string, unknown> | void | unknown;

/**
 * A step's function. After the context come the values of the expression's
 * parameters, then the data table (a DataTable) and the doc string (a string),
 * in the order in which the step has them.
 */
export type StepFunction<State extends object = Record<string, any>> =
    (ctx: Context<State>, ...args: Value[]) =>
        StepResult | Promise<StepResult>;

/** A Cucumber Expression, or a regular expression. */
export type Pattern = string | RegExp;

/** Define a step. The keyword takes no part in the matching. */
export function given<State extends object = Record<string, any>>(
    pattern: Pattern, run: StepFunction<State>): void;
export function when<State extends object = Record<string, any>>(
    pattern: Pattern, run: StepFunction<State>): void;
export function then<State extends object = Record<string, any>>(
    pattern: Pattern, run: StepFunction<State>): void;
export function step<State extends object = Record<string, any>>(
    pattern: Pattern, run: StepFunction<State>): void;

export interface ParameterTypeOptions<T = unknown> {
    /** In expressions: `{name}`. */
    name: string;
    regexp: string | RegExp | readonly (string | RegExp)[];
    /** Makes the value from the groups, or from the whole if there is none. */
    transformer?: (...groups: string[]) => T | PromiseLike<T>;
    /** Whether snippets suggest it; true if not said. */
    useForSnippets?: boolean;
    /** Whether it wins for a group of a regular expression written so. */
    preferForRegexpMatch?: boolean;
}

/** Define a parameter type, at any place in any step file. */
export function parameterType<T>(options: ParameterTypeOptions<T>): void;

/** What a hook returns counts for nothing but its promise. */
export type HookFunction<State extends object = Record<string, any>> =
    (ctx: HookContext<State>) => unknown;

export interface RunHookOptions {
    /** For the report. */
    name?: string;
    /** Lower ones run first before, and last after; 0 if not said. */
    order?: number;
}

export interface HookOptions extends RunHookOptions {
    /** A tag expression: only around scenarios that it holds for. */
    tags?: string;
}

/** In each process of a case, before its first step; a string is `tags`. */
export function beforeScenario<State extends object = Record<string, any>>(
    run: HookFunction<State>): void;
export function beforeScenario<State extends object = Record<string, any>>(
    options: string | HookOptions, run: HookFunction<State>): void;

/** In each process that is there at the end of its case, the last first. */
export function afterScenario<State extends object = Record<string, any>>(
    run: HookFunction<State>): void;
export function afterScenario<State extends object = Record<string, any>>(
    options: string | HookOptions, run: HookFunction<State>): void;

/** Before each step, in each process that it goes to. */
export function beforeStep<State extends object = Record<string, any>>(
    run: HookFunction<State>): void;
export function beforeStep<State extends object = Record<string, any>>(
    options: string | HookOptions, run: HookFunction<State>): void;

/** After each step, whatever it has come to; the last one first. */
export function afterStep<State extends object = Record<string, any>>(
    run: HookFunction<State>): void;
export function afterStep<State extends object = Record<string, any>>(
    options: string | HookOptions, run: HookFunction<State>): void;

/** Once, before the platform's first case, in a process of its own. */
export function beforeRun<State extends object = Record<string, any>>(
    run: HookFunction<State>): void;
export function beforeRun<State extends object = Record<string, any>>(
    options: RunHookOptions, run: HookFunction<State>): void;

/** Once, after all cases, in the same process; the last first. */
export function afterRun<State extends object = Record<string, any>>(
    run: HookFunction<State>): void;
export function afterRun<State extends object = Record<string, any>>(
    options: RunHookOptions, run: HookFunction<State>): void;

/** End the step as pending: its body is not written yet. */
export function pending(reason?: string): never;

/** End the step, and with it the case: the platform cannot do it. */
export function skip(reason: string): never;

/** What pending throws. */
export class Pending extends Error {}

/** What skip throws. */
export class Skipped extends Error {}

/** The reason of `ctx.signal`. */
export class Cancelled extends Error {}

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** A data table: rows of the same length. */
export class DataTable implements Iterable<string[]> {
    constructor(rows: readonly (readonly string[])[]);
    /** All rows, the header among them. */
    readonly rows: string[][];
    /** The cells of the first row. */
    get header(): string[];
    /** An object for each row after the header, keyed by the header. */
    get hashes(): Record<string, string>[];
    /**
     * An object for each row after the header; cells of the columns that are
     * named are converted: `table.objects({ id: Number })`.
     */
    objects<C extends Record<string, (cell: string) => unknown> = {}>(
        converters?: C): ({ [K in keyof C]: ReturnType<C[K]> }
            & Record<string, any>)[];
    /** A table of two columns as one object. */
    get rowsHash(): Record<string, string>;
    /** The table turned round: an array for each column. */
    get columns(): string[][];
    [Symbol.iterator](): Iterator<string[]>;
}

export interface DocString {
    content: string;
    /** null: the feature gives none. */
    mediaType: string | null;
}

/** What a step is given as its first argument. */
export interface Context<State extends object = Record<string, any>> {
    /**
     * What the process remembers; empty in every process of every case. Where a
     * step fails that has read what no step of the process has set, the report
     * says so and points to `export`.
     */
    readonly state: State;
    /** For the report; what the step returns is added. */
    data: Record<string, unknown>;
    /** The step's table and doc string; null: it has none. */
    readonly dataTable: DataTable | null;
    readonly docString: DocString | null;

    /** The process's name, such as `writer` or `node#2`. */
    readonly process: string | null;
    readonly platform: string | null;
    readonly step: string;
    readonly stepType: 'given' | 'when' | 'then' | 'step' | string | null;
    readonly tags: string[];
    /** The `context` of the request as it came. */
    readonly scenario: Record<string, any>;
    /** The platform's `options` in mprun.yaml. */
    readonly options: Record<string, any>;
    /** The case's seed. */
    readonly seed: string | null;
    /** 1 when the process first started in the case, 2 after a restart. */
    readonly incarnation: number;

    /** The folder that all processes of the case share. */
    readonly sharedDir: string;
    /** What every system-wide name that the case makes begins with. */
    readonly ipcPrefix: string;
    /** For files that the report should keep. */
    readonly artifactDir: string;

    log(message: unknown, level?: Level): void;
    /** Text or bytes; what is large becomes a file. */
    attach(body: string | ArrayBufferView | ArrayBuffer, name?: string,
        mediaType?: string | null): void;
    /** Hand a value to later steps of every process of the case. */
    export(key: string, value: unknown): void;
    /** What a process exported; throws if it did not. */
    exported(process: string, key: string): string;
    exported<T>(process: string, key: string, otherwise: T): string | T;

    /** Call it once when the process ends; the last one added first. */
    defer<Words extends unknown[]>(
        run: (...words: Words) => unknown, ...words: Words): void;

    /** Aborted when the runner cancels the step. */
    readonly signal: AbortSignal;
    readonly cancelled: boolean;
    /** Throw if the step is cancelled. */
    checkpoint(): void;
    /** Milliseconds left of the step's timeout; null: there is none. */
    remaining(): number | null;
    /** Wait; a cancel ends it. */
    sleep(milliseconds: number): Promise<void>;
}

/** What a hook is given: a context without arguments. */
export interface HookContext<State extends object = Record<string, any>>
    extends Omit<Context<State>,
        'step' | 'stepType' | 'dataTable' | 'docString'> {
    /** In hooks of a step: its text and type; else null. */
    readonly step: string | null;
    readonly stepType: 'given' | 'when' | 'then' | 'step' | string | null;
    /** What the case, or the step, has come to: `passed`, `failed`, ... */
    readonly status: string | null;
}
