// Calls the function as CloudFront does: an event object in, a request or a response out.
import { handler } from 'viewer';

globalThis.logged = [];

globalThis.call = async (text) => {
  const { event, query, now } = JSON.parse(text);
  Date.now = () => now * 1000;
  event.request.rawQueryString = () => (query === null ? undefined : query);
  try {
    return JSON.stringify(await handler(event));
  } catch (error) {
    return JSON.stringify({ thrown: String(error) });
  }
};

globalThis.begin = (text) => {
  globalThis.answer = undefined;
  globalThis.call(text).then((answer) => (globalThis.answer = answer));
};

globalThis.repeat = (text, times) => {
  for (let time = 0; time < times; time++) globalThis.call(text);
};
