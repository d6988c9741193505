using IlgpuGan.Imaging;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;

namespace IlgpuGan.Docs;

/// <summary><c>dotnet run --project tools/docs [OUT]</c>, from the top of the repository.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (!File.Exists("IlgpuGan.sln"))
        {
            Console.Error.WriteLine("IlgpuGan.sln is not here; run this at the top of the repository.");
            return 2;
        }

        var folder = args is [var named, ..] ? named : Path.Combine("artifacts", "site");
        var site = new Site(".", new LibraryReference(
            typeof(Tensor).Assembly, typeof(TrainingRun).Assembly, typeof(Image).Assembly));
        foreach (var problem in site.Problems)
        {
            Console.Error.WriteLine(problem);
        }

        site.Write(folder);
        Console.WriteLine($"wrote {Path.Combine(folder, "index.html")}");
        return site.Problems.Count > 0 ? 1 : 0;
    }
}
