// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli;

// Before anything asks for it: what runs for a moment is faster interpreted than compiled first, such as the regular
// expressions of the actor system.
AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);

// The threads of an actor system that is not needed any more must not keep the process.
Environment.Exit(CommandRunner.Run(args));
