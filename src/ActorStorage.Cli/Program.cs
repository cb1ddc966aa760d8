// SPDX-License-Identifier: Apache-2.0
Console.WriteLine("actor-storage");
