// The options of `keep-certificate`.
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { CONTEXT, KUBECONFIG, NAMESPACE_OF_SERVICE, SERVICE_NAME, type SetExitCode } from '../options.ts';
import type { KeepCertificateOptions } from './keep-certificate.ts';

export function addKeepCertificate(program: Command, io: Io, setExitCode: SetExitCode): void {
  program
    .command('keep-certificate')
    .description('make and renew the certificate of `serve --self-signed`, and keep both caBundles')
    .option(...SERVICE_NAME)
    .option(...NAMESPACE_OF_SERVICE)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .action(async (options: KeepCertificateOptions) => {
      const { keepCertificate } = await import('./keep-certificate.ts');
      setExitCode(await keepCertificate(options, io));
    });
}
