// Calls the function as CloudFront does: an event in, a request or a response out.
import { handler } from 'viewer';

globalThis.call = (text) => {
  const { event, query } = JSON.parse(text);
  event.request.rawQueryString = () => query || undefined;
  const told = (answer) => (globalThis.answer = JSON.stringify(answer));
  handler(event).then(told, (error) => told({ thrown: String(error) }));
};
