/** What the service is measured against: Express, and one durable insert a request into a table with as many indexes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { openDatabase } from '../service/database';

async function main(file: string): Promise<void> {
	const knex = openDatabase({ client: 'sqlite3', connection: file });
	await knex.schema.createTable('ticket_logs', (table) => {
		table.increments('id');
		table.text('ticket_id').notNullable().unique();
		for (const column of ['title', 'description', 'email', 'priority', 'department', 'status']) table.text(column);
		table.timestamp('created_at');
		table.index(['status', 'id']);
		table.index(['department', 'id']);
		table.index(['created_at']);
	});
	let count = 0;
	const app = express();
	app.disable('x-powered-by');
	app.post('/webhook/ticket', express.json(), async (request, response) => {
		const { title, description, email } = request.body as Record<string, string>;
		count += 1;
		const ticket = { ticket_id: `TKT-${count}`, title, description, email, priority: 'medium', department: 'IT' };
		await knex('ticket_logs').insert({ ...ticket, status: 'routed', created_at: new Date().toISOString() });
		response.json(ticket);
	});
	const server = createServer(app).listen(0, '127.0.0.1', () => {
		console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
	});
}

void main(process.argv[2]);
