import parse
from behave import given, register_type, step, then, use_step_matcher, when


@parse.with_pattern(r"apple|pear")
def parse_fruit(text):
    return text.upper()


register_type(Fruit=parse_fruit)


@given("an open shop")
def open_shop(context):
    """The shop is there."""
    assert context.shop == "corner" and context.open
    context.basket = []


@when("{name} buys {count:d} {fruit:Fruit}s")
def buys(context, name, count, fruit):
    context.basket += [(name, fruit)] * count


@then("the basket holds {count:d}")
def basket_holds(context, count):
    assert len(context.basket) == count, f"it holds {len(context.basket)}"


@when("these are bought")
def these_are_bought(context):
    for row in context.table:
        context.execute_steps(
            f"When {row['who']} buys {row['count']} {row['fruit']}s")
    assert context.table.headings == ["who", "count", "fruit"]


@then("the receipt says")
def receipt_says(context):
    lines = [f"{name} {fruit}" for name, fruit in context.basket]
    assert context.text == "\n".join(lines), lines


@given("two meanings")
def given_two_meanings(context):
    context.meaning = "given"


@then("two meanings")
def then_two_meanings(context):
    assert context.meaning == "given"


@step("{count:d} goes into the till")
def into_the_till(context, count):
    context.till += count


@then("the sum is wrong")
def sum_is_wrong(context):
    total = 3
    assert total == 4


@then("the steps below fail")
def steps_below_fail(context):
    context.execute_steps("Then the sum is wrong")


@when("nobody has written this")
def not_written(context):
    raise NotImplementedError("write this step")


@when("the scenario gives up")
def gives_up(context):
    context.scenario.skip("out of apples")


@then("it breaks")
def it_breaks(context):
    raise KeyError("broken")


use_step_matcher("cfparse")


@when("a list of {fruits:Fruit+} arrives")
def list_arrives(context, fruits):
    context.basket += [("list", fruit) for fruit in fruits]


use_step_matcher("re")


@then(r"the (?P<place>first|last) one is for (?P<name>\w+)")
def one_is_for(context, place, name):
    assert context.basket[0 if place == "first" else -1][0] == name
