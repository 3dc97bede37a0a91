/**
 * Checks a document of the gateway with a validator of its format. Arguments: asyncapi or openapi, and the document's address.
 * Prints one line of JSON: the problems found, and the names of the document's messages or calls.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(`${process.env.NODE_PROGRAMS}/`);
const load = (name) => import(pathToFileURL(resolve(name)));
/** A newer AsyncAPI exists; most generators read 3.0. */
const KNOWN = ['asyncapi-latest-version'];

const checks = {
  async asyncapi(text) {
    const { Parser } = (await load('@asyncapi/parser')).default;
    const { document, diagnostics } = await new Parser().parse(text);
    return {
      problems: diagnostics.filter(({ code }) => !KNOWN.includes(code)).map(({ message, path }) => `${path.join('/')}: ${message}`),
      names: document?.messages().all().map((message) => message.name()) ?? [],
    };
  },
};

/** The validator knows the fields of OpenAPI; that references lead somewhere it checks by resolving them. */
checks.openapi = async (text) => {
  const { Validator } = await load('@seriousme/openapi-schema-validator');
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text));
  const { paths } = validator.resolveRefs();
  const calls = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`));
  return { problems: valid ? [] : errors, names: calls, version: validator.version };
};

const [, , format, address] = process.argv;
const answer = await fetch(address);
if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
console.log(JSON.stringify({ name: format, ...(await checks[format](await answer.text())) }));
