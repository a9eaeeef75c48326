// The HTTPS edge: an express app that is built without listening. It hands each review to its handler; whatever comes in,
// what goes out is an AdmissionReview or a JSON error of the table.
import { IncomingMessage, type RequestListener, type ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Webhook } from '../admission/admit.ts';
import { reject } from './answer.ts';
import { type Express, express, type NextFunction, type Request, type Response } from './bundled/express.ts';
import { createDeadlines } from './deadline.ts';
import { handleReview, type ReviewDependencies } from './handle-review.ts';

export interface AppDependencies extends ReviewDependencies {
  /** Why the client may not call, as sentences; left out, everybody may. */
  readonly clientFault?: (socket: Socket) => string | undefined;
}

export interface App {
  readonly listener: RequestListener;
  /** What its server makes requests and responses of. */
  readonly messages: Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;
}

export function createApp(dependencies: AppDependencies): App {
  const app = express();
  const messages = messagesOf(app);
  app.disable('x-powered-by');
  app.set('etag', false);
  for (const webhook of ['mutate', 'validate'] as const) addWebhook(app, webhook, dependencies);
  app.use((request, response) => reject(request, response, 'not-found', '', dependencies));
  const listener: RequestListener = (request, response) => {
    // Before anything of the request is looked at.
    const fault = dependencies.clientFault?.(request.socket);
    if (fault !== undefined) return reject(request, response, 'client-not-allowed', fault, dependencies);
    // Express' own last resort answers HTML: for a target that is no URL, and for whatever escapes a handler.
    const lastResort = (error?: unknown): void => {
      if (error !== undefined && error !== null) dependencies.logger.error({ err: error }, 'a request failed');
      reject(request, response, 'http-malformed', '', dependencies);
    };
    // They are express' own already, for its messages are what the server makes.
    app(request as Request, response as Response, lastResort as NextFunction);
  };
  return { listener, messages };
}

/**
 * Express makes its own request and response of Node's by changing their prototypes, after which V8 takes longer to read
 * them. Made with these prototypes, there is nothing to change.
 */
function messagesOf(app: Express): App['messages'] {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Made extends IncomingMessage> extends ServerResponse<Made> {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}

function addWebhook(app: Express, webhook: Webhook, dependencies: AppDependencies): void {
  const deadlineOf = createDeadlines();
  app.post(`/${webhook}`, (request, response) => {
    const timeoutMs = deadlineOf(request.url);
    return handleReview({ webhook, request, response, timeoutMs }, dependencies);
  });
  app.all(`/${webhook}`, (request, response) => {
    response.setHeader('allow', 'POST');
    reject(request, response, 'method-not-allowed', `It is ${request.method}.`, dependencies);
  });
}
