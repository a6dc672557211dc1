import { afterScenario, beforeScenario } from 'mprun';

beforeScenario(() => {});
afterScenario(() => {});
