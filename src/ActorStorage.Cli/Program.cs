// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli;

return CommandRunner.Run(args);
