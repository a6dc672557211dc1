// Every declaration of index.d.ts, used as step files in TypeScript use it; it is
// compiled and not run. Where an error is expected there must be one.
import { DataTable, afterRun, afterScenario, afterStep, beforeRun, beforeScenario,
    beforeStep, given, parameterType, pending, skip, step, then, when } from 'mprun';
import type { Context, HookContext } from 'mprun';

interface State {
    counter: number;
    names?: string[];
}

given<State>('has a counter at {int}', (ctx, value: number) => {
    ctx.state.counter = value;
});

when('counts', async (ctx) => {
    await ctx.sleep(5);
    ctx.log('counted', 'debug');
});

then<State>('shows {int}', (ctx, n: number) =>
    ctx.state.counter === n ? { n } : undefined);

step('table', (ctx, table: DataTable) => {
    for (const frame of table.objects({ id: Number, last: Boolean })) {
        const id: number = frame.id;
        const last: boolean = frame.last;
        ctx.export('id', id + Number(last));
        const note: string = frame.note;
        ctx.log(note);
    }
});

parameterType({ name: 'size', regexp: /\d+/,
    transformer: (text) => Number(text) });

beforeScenario('@a', () => skip('no'));
afterScenario({ tags: '@a', order: 1 }, (ctx: HookContext) => {
    if (ctx.status !== 'passed') {
        pending();
    }
});
beforeStep((ctx) => ctx.log(ctx.step ?? ''));
afterStep({ name: 'x' }, async (ctx) => {
    ctx.data.step = ctx.step;
});
beforeRun({ name: 'b' }, (ctx) => ctx.export('a', 1));
afterRun(() => {});

function helper(ctx: Context<State>): string {
    return ctx.exported('writer', 'port') + ctx.state.counter;
}

step('h', (ctx) => helper(ctx as Context<State>));

// @ts-expect-error an unknown level
step('l', (ctx) => ctx.log('x', 'loud'));
// @ts-expect-error a hook of the run has no tags
beforeRun({ tags: '@a' }, () => {});
// @ts-expect-error no function
when('x');
