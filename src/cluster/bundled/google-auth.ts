// The parts of Google's library that are used here: `npm run build` puts their code in the place of this file (docs/adr/0039).
export { type AuthClient, GoogleAuth, gaxios, gcpMetadata, UserRefreshClient } from 'google-auth-library';
