// Named re-exports, so that the bundle holds these three prompts and not the whole package.
export { confirm, input, password } from '@inquirer/prompts';
