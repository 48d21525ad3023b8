import express, { Router } from 'express';
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path';
import { methodNotAllowed } from './problems';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Ticket Triage API</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="icon" href="docs/assets/favicon-32x32.png">
</head>
<body>
<div id="api"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', validatorUrl: null });\n`;

/** The API to read and try, from files of this installation alone. */
export function docsRoutes(document: () => object): Router {
	const router = Router();
	router
		.route('/openapi.json')
		.get((_request, response) => void response.json(document()))
		.all(methodNotAllowed('GET'));
	router
		.route('/docs')
		.get((_request, response) => void response.type('html').send(PAGE))
		.all(methodNotAllowed('GET'));
	router.get('/docs/start.js', (_request, response) => void response.type('js').send(START));
	router.use('/docs/assets', express.static(getAbsoluteFSPath(), { index: false, redirect: false, maxAge: '1d' }));
	return router;
}
