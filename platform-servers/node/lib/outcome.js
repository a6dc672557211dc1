// How a step says that it did not simply pass.

/** The step exists, its body is not written yet. */
export class Pending extends Error {
    name = 'Pending';
}

/** This platform cannot do what the step asks for; the case is skipped. */
export class Skipped extends Error {
    name = 'Skipped';
}

/** The runner has cancelled the step: the reason of `ctx.signal`. */
export class Cancelled extends Error {
    name = 'AbortError';
}

export function pending(reason = 'the step is not written yet') {
    throw new Pending(reason);
}

export function skip(reason) {
    throw new Skipped(reason);
}
