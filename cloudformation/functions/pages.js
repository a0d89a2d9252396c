// What CloudFront runs for every request that is for no picture before it looks into its cache: the
// redirects and rewrites of a site, Cloudflare's headers about the client, and the query without the
// parameters of advertisers. docs/viewer-function.md says more. It stands behind common.js.

/** The request that is being answered, and its query as it came; nothing is awaited meanwhile. */
let request;
let query;

const valuesOf = (field) => (field ? (field.multiValue || [field]).map((one) => one.value) : []);

const firstOf = (name) => valuesOf(request.headers[name])[0] || '';

/** Whether a text is as a test of a condition wants it. */
const passes = (test, text) => {
  if (test.matches != null) return new RegExp(test.matches, test.ignore_case ? 'i' : '').test(text);
  if (test.ignore_case) text = text.toLowerCase();
  if (test.is != null) return text == test.is;
  if (test.starts_with != null) return text.startsWith(test.starts_with);
  if (test.ends_with != null) return text.endsWith(test.ends_with);
  return text.includes(test.contains);
};

/** The headers as they came: the runtime has cookies apart. */
const headersOf = () => {
  const cookies = request.cookies || {};
  const pairs = Object.keys(cookies).map((name) =>
    valuesOf(cookies[name]).map((text) => (text ? name + '=' + text : name)).join('; '),
  );
  return pairs.length
    ? Object.assign({ cookie: { value: pairs.join('; ') } }, request.headers)
    : request.headers;
};

/** Whether there is a field of that name, with a value like that where one is asked for. */
const has = (fields, match) =>
  valuesOf(fields[match.name]).some((text) => !match.value || passes(match.value, text));

/** What may be asked of a request, by the word that the fleet file has for it. */
const QUESTIONS = {
  all: (parts) => parts.every(holds),
  any: (parts) => parts.some(holds),
  not: (part) => !holds(part),
  path: (test) => passes(test, request.uri),
  query: (test) => passes(test, query),
  method: (test) => passes(test, request.method),
  header: (match) => has(headersOf(), match),
  cookie: (match) => has(request.cookies, match),
  argument: (match) => has(request.querystring, match),
  countries: (codes) => codes.includes(firstOf('cloudfront-viewer-country')),
};

const holds = (condition) => {
  const word = Object.keys(condition)[0];
  return QUESTIONS[word](condition[word]);
};

/** Where a rule leads; nothing where it is not about this request. */
const targetOf = (rule) => {
  const found = new RegExp(rule.match, rule.anyCase ? 'i' : '').exec(request.uri);
  if (!found || (rule.when && !holds(rule.when))) return;
  const target = rule.to.replace(/\$\{(\d)\}/g, (text, index) => found[index] || '');
  // What stands for a wildcard may begin with a slash, and to browsers `//host` is another host.
  const isOther = rule.status && /^[/\\]{2}/.test(target);
  return isOther ? `https://${request.headers.host.value}${target}` : target;
};

/** Writes path and query anew; what the target says of the query outranks the request's. */
const rewrite = (target, rule) => {
  const at = target.indexOf('?');
  if (rule.drop) request.querystring = {};
  if (at >= 0) {
    target.slice(at + 1).split('&').forEach((pair) => {
      const name = pair.split('=')[0];
      request.querystring[name] = { value: pair.slice(name.length + 1) };
    });
  }
  request.uri = at < 0 ? target : target.slice(0, at);
};

/** The answer of the first rule that redirects, or nothing; the first of the others is followed. */
const followed = (rules) => {
  let rewriting;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    const target = rule.status || !rewriting ? targetOf(rule) : undefined;
    if (target && rule.status) {
      return redirection({ to: target, status: rule.status, drop: rule.drop }, query);
    }
    if (target) rewriting = [target, rule];
  }
  if (rewriting) rewrite(rewriting[0], rewriting[1]);
};

/** Cloudflare's headers about the client, which are never the client's own to set. */
const setClientHeaders = (event, isWanted) => {
  const scheme = firstOf('cloudfront-forwarded-proto');
  const set = {
    'cf-connecting-ip': event.viewer.ip,
    'true-client-ip': event.viewer.ip,
    'cf-ipcountry': firstOf('cloudfront-viewer-country'),
    'cf-visitor': scheme && '{"scheme":"' + scheme + '"}',
    'cf-ray': event.context.requestId,
  };
  for (const name in set) {
    delete request.headers[name];
    if (isWanted && set[name]) request.headers[name] = { value: set[name] };
  }
};

async function handler(event) {
  const path = event.request.uri;
  let known = {};
  let rules = [];
  let redirect;
  if (isReserved(path)) return { statusCode: 404 };
  try {
    const site = await store.get('host:' + hostName(event.request.headers.host.value));
    known = await store.get('site:' + site, { format: 'json' });
    for (let part = 0; part < (known.parts || 0); part++) {
      rules = rules.concat(await store.get('rules:' + site + ':' + part, { format: 'json' }));
    }
    if (known.redirects) redirect = await store.get(redirectKey(site, path), { format: 'json' });
  } catch (e) {
    // There is no such key: nobody's host, or no redirect of the path.
  }
  request = event.request;
  query = request.rawQueryString() || '';
  const answer = redirect ? redirection(redirect, query) : followed(rules);
  if (answer) return answer;
  setClientHeaders(event, known.clientHeaders);
  withoutMarketing(request);
  return request;
}
