/**
 * Steps for mprun in Java. Step definitions are public methods with
 * {@link mprun.Given}, {@link mprun.When}, {@link mprun.Then} or
 * {@link mprun.Step}; {@link mprun.Main} is the platform server that executes
 * them.
 */
package mprun;
