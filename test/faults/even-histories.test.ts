import { histories } from './histories.ts';

histories(2, 25);
