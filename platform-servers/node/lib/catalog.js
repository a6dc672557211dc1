// The two methods that look at step definitions without running them.

import { isObject } from './argument.js';
import { describe } from './safejson.js';

/** The answer to listStepDefinitions. */
export function listDefinitions(registry) {
    return { parameterTypes: registry.types.map(({ type, location }) => ({
        name: type.name,
        regexps: type.regexpStrings,
        useForSnippets: type.useForSnippets,
        preferForSuggestions: type.preferForRegexpMatch,
        location,
    })),
    stepDefinitions: registry.definitions.map((definition) => ({
        id: definition.id,
        pattern: definition.isRegExp
            ? { type: 'regex', dialect: 'ecmascript',
                source: definition.source }
            : { type: 'cucumberExpression', source: definition.source },
        stepType: null,
        location: definition.location,
    })),
    hooks: registry.hooks.map(({ id, type, name, tagExpression, order,
        location }) => ({ id, type, name, tagExpression, order, location })),
    errors: registry.untyped.map((one) => ({
        type: 'undefinedParameterType', ...one })) };
}

/** The answer to matchSteps: no step code runs. */
export function matchSteps(registry, steps) {
    return { results: steps.map((entry) => matchOne(registry, entry)) };
}

function matchOne(registry, { step, stepType, argument }) {
    let matches;
    try {
        matches = registry.find(step);
    } catch (error) {
        return { matches: [], error: describe(error?.message ?? error) };
    }
    if (matches.length === 0) {
        return { matches, ...snippets(registry, step, stepType,
            typeof argument === 'string' ? { [argument]: true } : null) };
    }
    return { matches: matches.map((match) => ({
        id: match.definition.id,
        args: match.arguments.map((found) => ({
            ...placeOf(found.group, step),
            type: found.parameterType.name ?? null,
        })),
    })) };
}

/** The member `snippets`: a courtesy, and only that. */
export function snippets(registry, step, stepType, argument) {
    try {
        const code = registry.snippet(step, stepType,
            isObject(argument) ? argument : null);
        return { snippets: [{ language: 'javascript', code }] };
    } catch {
        // A text that defeats the generator is still plainly undefined.
        return {};
    }
}

function placeOf(group, text) {
    const found = typeof group.value === 'string';
    const place = {
        value: found ? group.value : null,
        start: found ? codePoints(text, group.start) : null,
        end: found ? codePoints(text, group.end) : null,
    };
    if (group.children?.length > 0) {
        place.children = group.children.map((child) => placeOf(child, text));
    }
    return place;
}

/** JavaScript counts UTF-16 units, the protocol code points. */
function codePoints(text, units) {
    return [...text.slice(0, units)].length;
}
