// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli;

// Both before anything asks for them. What runs for a moment is faster interpreted than compiled first, such as the
// regular expressions of the actor system; what stays is worth it, and worth being watched.
var stays = args.Contains("serve");
AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", stays);
if (stays) AppContext.SetSwitch("ActorStorage.Telemetry.IsSupported", true);

// The threads of an actor system that is not needed any more must not keep the process.
Environment.Exit(CommandRunner.Run(args));
