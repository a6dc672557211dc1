import { step } from 'mprun';

step('I have {int} <![CDATA[cukes]]> in my belly', () => {});
