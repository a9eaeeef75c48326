// What serves HTTP: `npm run build` puts its code in the place of this file (docs/adr/0039).
export { default as express, type Express, type NextFunction, type Request, type Response } from 'express';
