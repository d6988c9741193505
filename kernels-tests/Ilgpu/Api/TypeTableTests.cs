using System.Runtime.CompilerServices;
using IlgpuGan.TypeTables;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>What tools/type-tables writes is what is checked in.</summary>
public sealed class TypeTableTests
{
    [TestCaseSource(typeof(TypeTable), nameof(TypeTable.All))]
    public void FilesAreAsWritten(TypeTable.Table table)
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));
        Assert.That(
            File.ReadAllText(Path.Combine(root, table.Path)), Is.EqualTo(table.Text),
            "edit tools/type-tables and run: dotnet run --project tools/type-tables");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
