import * as oauth from 'oauth4webapi';
import { t } from '../language/language';

/** How people sign in here, as the server tells: authority and client where there is one. */
export type Offer = { authority: string; clientId: string; scope: string };

type Begun = { offer: Offer; verifier: string; state: string; place: string };

const storageName = 'mailstats.sign-in';

/** Sends the reader to the authority; it sends them back to "/" with a code. */
export async function beginSignIn(offer: Offer): Promise<void> {
  const server = await discover(offer);
  if (server.authorization_endpoint === undefined) {
    throw new Error(t('{authority} names no address to sign in at.', { authority: offer.authority }));
  }

  const begun: Begun = {
    offer,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    place: window.location.pathname + window.location.search,
  };
  window.sessionStorage.setItem(storageName, JSON.stringify(begun));

  const address = new URL(server.authorization_endpoint);
  address.search = new URLSearchParams({
    ...Object.fromEntries(address.searchParams),
    client_id: offer.clientId,
    redirect_uri: redirect(),
    response_type: 'code',
    scope: offer.scope,
    state: begun.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  }).toString();
  window.location.assign(address);
}

/** Turns the code in the address into an access token, and puts back the address that was asked for first. */
export async function finishSignIn(): Promise<string> {
  const begun = JSON.parse(window.sessionStorage.getItem(storageName) ?? 'null') as Begun | null;
  const answered = new URL(window.location.href);
  window.sessionStorage.removeItem(storageName);
  window.history.replaceState(null, '', begun?.place ?? '/');
  if (begun === null) {
    throw new Error(t('This sign-in was not started in this tab.'));
  }

  const { offer, verifier, state } = begun;
  const server = await discover(offer);
  const client: oauth.Client = { client_id: offer.clientId };
  const code = oauth.validateAuthResponse(server, client, answered, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server, client, oauth.None(), code, redirect(), verifier, insecure(offer),
  );
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(server, client, response);

  return token;
}

async function discover(offer: Offer): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(offer.authority);
  const response = await oauth.discoveryRequest(issuer, insecure(offer));

  return oauth.processDiscoveryResponse(issuer, response);
}

// Only an operator can have set an authority without TLS, and the server takes its tokens only where that was allowed.
const insecure = ({ authority }: Offer) => ({ [oauth.allowInsecureRequests]: authority.startsWith('http://') });

const redirect = (): string => `${window.location.origin}/`;
