'use strict';

const authentication = require('./authentication');

const withToken = (request, z, bundle) => {
  if (bundle.authData.access_token) {
    request.headers.Authorization = `Bearer ${bundle.authData.access_token}`;
  }
  return request;
};

/** Zapier's own rule, which is off while an app is tested: a 401 means that the token is to be refreshed. */
const refreshOn401 = (response, z) => {
  if (response.status === 401) throw new z.errors.RefreshAuthError();
  return response;
};

module.exports = {
  version: require('./package.json').version,
  platformVersion: require('zapier-platform-core').version,
  authentication,
  beforeRequest: [withToken],
  afterResponse: [refreshOn401],
  triggers: {},
  searches: {},
  creates: {},
};
