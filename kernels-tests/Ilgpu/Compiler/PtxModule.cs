using System.Text;
using ILGPU.Backends;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Puts many kernels into one PTX module, each under a name of its own.</summary>
internal static class PtxModule
{
    private const string DynamicShared = ".extern .shared";

    public static string Name(int index) => $"kernel{index}";

    public static string Join(IReadOnlyList<KernelImage> images)
    {
        var text = new StringBuilder();
        var declared = new HashSet<string>();
        for (var i = 0; i < images.Count; i++)
        {
            foreach (var line in images[i].Text.Replace(images[i].EntryPoint, Name(i)).Split('\n'))
            {
                // What stands before all kernels is the same for each of them.
                var isShared = line.StartsWith(".version", StringComparison.Ordinal)
                    || line.StartsWith(".target", StringComparison.Ordinal)
                    || line.StartsWith(".address_size", StringComparison.Ordinal)
                    || line.StartsWith(".extern .func", StringComparison.Ordinal)
                    || line.StartsWith(DynamicShared, StringComparison.Ordinal);
                if (!isShared || declared.Add(line))
                {
                    text.Append(line).Append('\n');
                }
            }
        }

        return text.ToString();
    }
}
