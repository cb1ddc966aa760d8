// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace ActorStorage.Bench;

/// <summary>On a class whose operations get through <see cref="RealArchive"/> once.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsArchiveAttribute : Attribute;

/// <summary>Millions of bytes of uncompressed tar in a second.</summary>
public sealed class ArchiveRateColumn : IColumn
{
    private const double NanosecondsPerMicrosecond = 1000;

    public string Id => nameof(ArchiveRateColumn);
    public string ColumnName => "MB/s";
    public string Legend => "10^6 bytes of uncompressed tar in a second";
    public bool AlwaysShow => false;
    public ColumnCategory Category => ColumnCategory.Statistics;
    public int PriorityInCategory => 0;
    public bool IsNumeric => true;
    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(Reads);
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        Reads(benchmarkCase) && summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (RealArchive.TarBytes / statistics.Mean * NanosecondsPerMicrosecond)
                .ToString("F0", CultureInfo.InvariantCulture)
            : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);

    private static bool Reads(BenchmarkCase benchmarkCase) =>
        benchmarkCase.Descriptor.Type.IsDefined(typeof(ReadsArchiveAttribute), inherit: false);
}
