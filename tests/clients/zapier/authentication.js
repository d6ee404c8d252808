'use strict';

// OAuth 2 as Zapier's documentation writes it: the secret in the body, refreshed by Zapier when a call gets a 401.

const issuer = process.env.ISSUER;

const token = (fields) => async (z, bundle) => {
  const answer = await z.request({
    url: `${issuer}/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: {
      client_id: process.env.CLIENT_ID,
      client_secret: process.env.CLIENT_SECRET,
      ...fields(bundle),
    },
  });
  return { access_token: answer.data.access_token, refresh_token: answer.data.refresh_token };
};

module.exports = {
  type: 'oauth2',
  oauth2Config: {
    authorizeUrl: {
      url: `${issuer}/authorize`,
      params: {
        client_id: process.env.CLIENT_ID,
        state: '{{bundle.inputData.state}}',
        redirect_uri: '{{bundle.inputData.redirect_uri}}',
        response_type: 'code',
      },
    },
    getAccessToken: token((bundle) => ({
      grant_type: 'authorization_code',
      code: bundle.inputData.code,
      redirect_uri: bundle.inputData.redirect_uri,
      code_verifier: bundle.inputData.code_verifier,
    })),
    refreshAccessToken: token((bundle) => ({
      grant_type: 'refresh_token',
      refresh_token: bundle.authData.refresh_token,
    })),
    enablePkce: true,
    autoRefresh: true,
    scope: process.env.SCOPE,
  },
  test: { url: `${issuer}/api/me` },
  connectionLabel: '{{label}}',
};
