import assert from 'node:assert/strict';

import { step } from 'mprun';

step('the customer has {int} cents', (ctx, money) => {
    ctx.state.money = money;
});
step('there are chocolate bars in stock', (ctx) => {
    ctx.state.stock = ['Mars', 'Snickers'];
});
step('there are no chocolate bars in stock', (ctx) => {
    ctx.state.stock = [];
});
step('the customer tries to buy a {int} cent chocolate bar', (ctx, price) => {
    ctx.state.sold = ctx.state.stock.length > 0 && ctx.state.money >= price;
});
step('the sale should not happen', (ctx) => {
    assert.equal(ctx.state.sold, false);
});
step('the sale should happen', (ctx) => {
    assert.equal(ctx.state.sold, true);
});
