// Every macro of the header in C++, and what mprun.hpp adds. The
// test of the package runs some of it.
#include <mprun/mprun.hpp>

#include <stdexcept>
#include <string>

namespace
{

struct State {
    std::string text = "fresh";
};

struct Oddity {
};

} // namespace

static void uses_everything(struct mprun_step *step)
{
    std::string text = mprun_arg_string(step, 0);
    mprun_assert(step, !text.empty());
    mprun_assert_int(step, 1, mprun_arg_int(step, 1));
    mprun_assert_text(step, "a", text.c_str());
    mprun_assert_bytes(step, "a", 1, text.data(), text.size());
    mprun_export(step, "port", "%d", 1);
    mprun_log(step, MPRUN_INFO, "done");
    mprun_fail(step, "no");
    mprun_fail_values(step, "1", "2", "%s", "differs");
    mprun_error(step, "%d", 2);
}

static void throws(struct mprun_step *step)
{
    mprun::guard(step, [&] {
        std::string what = mprun_arg_string(step, 0);
        if (what == "oddly")
            throw Oddity();
        throw std::runtime_error("thrown: " + what);
    });
}

MPRUN_STEPS(m)
{
    mprun::keep_state<State>(m);
    mprun_define(m, "throws {string}", throws);
    mprun_define(m, "keeps {string}", [](struct mprun_step *step) {
        mprun::state<State>(step).text = mprun_arg_string(step, 0);
    });
    mprun_define(m, "has {string}", [](struct mprun_step *step) {
        mprun_assert_text(step, mprun_arg_string(step, 0),
                          mprun::state<State>(step).text.c_str());
    });
    mprun_given(m, "uses {string} and {int}", uses_everything);
    mprun_when(m, "b", uses_everything);
    mprun_then(m, "c", uses_everything);
    mprun_regex(m, "^d (.*)$", [](struct mprun_step *step) {
        mprun_skip(step, "a lambda works, too");
    });
    mprun_parameter(m, "colour", "red|blue", nullptr, nullptr);
    mprun_before_scenario(m, "@a and not @b", uses_everything);
    mprun_after_scenario(m, nullptr, [](struct mprun_step *step) {
        mprun_check_text(step, "passed", mprun_hook_status(step));
    });
    mprun_before_step(m, "@a", uses_everything);
    mprun_after_step(m, nullptr, uses_everything);
    mprun_before_run(m, uses_everything);
    mprun_after_run(m, uses_everything);
    mprun_hook(m, MPRUN_AFTER_SCENARIO, "@a", "name", -1, uses_everything);
}
