import { beforeScenario, step } from 'mprun';

step('a step', () => {});
if (process.env.MPRUN_DEFINE_error) {
    // mprun cannot tell around which scenarios it is to run.
    beforeScenario('@a and', () => {});
}
