import { mainJob } from './main-job.ts';
import { inChromium } from './person.ts';
import { test } from './world.ts';

mainJob((name, journey) =>
  test(name, ({ browserWithExtension, sandbox }) =>
    journey(inChromium(browserWithExtension, sandbox), sandbox),
  ),
);
