/*
 * What C++ adds to mprun.h: exceptions and the state of a process as an object.
 *
 *     struct Queue { std::vector<std::string> lines; };
 *
 *     static void puts_a_line(struct mprun_step *step)
 *     {
 *         mprun::guard(step, [&] {
 *             auto &queue = mprun::state<Queue>(step);
 *             queue.lines.push_back(mprun_arg_string(step, 0));
 *         });
 *     }
 *     MPRUN_STEPS(m)
 *     {
 *         mprun::keep_state<Queue>(m);
 *         mprun_when(m, "puts the line {string}", puts_a_line);
 *     }
 *
 * The SDK is C and calls functions of steps as C does: an exception that leaves
 * one ends the process, which mprun reports as a crash. Inside of guard it
 * fails the step instead. Everything here is inline; C++11 will do.
 */
#ifndef MPRUN_MPRUN_HPP
#define MPRUN_MPRUN_HPP

#include <exception>

#include <mprun/mprun.h>

namespace mprun
{

/* Runs body, which may throw: the step fails with what() then. The assertions
 * of mprun.h return from body, as from any function that returns void. */
template <class Body> void guard(struct mprun_step *step, Body body)
{
    try {
        body();
    } catch (const std::exception &error) {
        mprun_error_at(step, nullptr, 0, "%s", error.what());
    } catch (...) {
        mprun_error_at(step, nullptr, 0,
                       "what was thrown is no std::exception");
    }
}

/* A new State for the steps of the module in each process of each case, made
 * before the first of them and destroyed at the end: its destructor gives back
 * what the system does not. */
template <class State> void keep_state(struct mprun_module *module)
{
    mprun_state_functions(
        module,
        [](struct mprun_step *step) -> void * {
            State *state = nullptr;
            guard(step, [&] { state = new State(); });
            return state;
        },
        [](struct mprun_step *, void *state) {
            delete static_cast<State *>(state);
        });
}

/* The object of keep_state; the same State must be named. */
template <class State> State &state(const struct mprun_step *step)
{
    return *static_cast<State *>(mprun_state(step));
}

} // namespace mprun

#endif
