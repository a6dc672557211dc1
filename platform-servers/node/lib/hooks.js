// What `import` means in step files: 'mprun' is this very SDK, and a package
// that is not found the usual way is looked for in the folders of --packages.
//
// Newer versions of Node call resolveSync. Older ones (18, 20) load this file
// in a thread of its own, call initialize there and then resolve.

let settings = null;

export function initialize(data) {
    settings = data;
}

export async function resolve(specifier, context, nextResolve) {
    if (specifier === 'mprun') {
        return { url: settings.sdk, shortCircuit: true };
    }
    let failure = null;
    for (const place of places(specifier, context)) {
        try {
            return await nextResolve(specifier, place);
        } catch (error) {
            failure ??= error;
        }
    }
    throw failure;
}

export function resolveSync(specifier, context, nextResolve) {
    if (specifier === 'mprun') {
        return { url: settings.sdk, shortCircuit: true };
    }
    let failure = null;
    for (const place of places(specifier, context)) {
        try {
            return nextResolve(specifier, place);
        } catch (error) {
            failure ??= error;
        }
    }
    throw failure;
}

/** From where to look, one after the other. */
function places(specifier, context) {
    const bare = !/^(\.{0,2}\/|[a-z]+:)/i.test(specifier);
    return [context, ...(bare ? settings.packages : []).map((parentURL) => ({
        ...context, parentURL }))];
}
