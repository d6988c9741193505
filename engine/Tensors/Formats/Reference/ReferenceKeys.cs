using System.Diagnostics.CodeAnalysis;

namespace IlgpuGan.Tensors.Formats.Reference;

/// <summary>A reference network found in a file.</summary>
/// <param name="Prefix">
/// Prefix of the network's keys in the file, without the last dot (<c>netG</c>); empty in the reference's own files.
/// </param>
/// <param name="Architecture">The network; all of its keys and shapes match the file.</param>
/// <param name="Names">Name in the file of each of <see cref="ReferenceArchitecture.Keys"/>; optional ones may be missing.</param>
/// <param name="Dropped">Names of arrays that are ignored: running statistics of instance norms.</param>
internal sealed record ReferenceNetwork(
    string Prefix, ReferenceArchitecture Architecture, IReadOnlyDictionary<string, string> Names, IReadOnlyList<string> Dropped);

/// <summary>Detects by names and shapes alone which network of the reference program (or PyTorch-GAN) a file holds.</summary>
internal static class ReferenceKeys
{
    private const int MaxBlocks = 1000;
    private const int MaxDowns = 30;

    /// <summary>Side of a PatchGAN's convolutions.</summary>
    private const int PatchKernel = 4;

    /// <summary>
    /// The possible prefixes of networks in a file, outer ones first: the text before a key segment <c>model</c> or <c>net</c>, such as
    /// <c>netG</c>, or empty. Programs have members and wrappers of such names themselves (<c>model.netG._orig_mod</c>), so the first
    /// four of these segments count.
    /// </summary>
    public static IReadOnlyList<string> Prefixes(IEnumerable<TensorEntry> entries)
    {
        return [.. entries.SelectMany(entry => Of(entry.Name.Split('.'))).Distinct().OrderBy(p => p.Length == 0 ? 0 : p.Split('.').Length)];

        static IEnumerable<string> Of(string[] segments) => Enumerable.Range(0, segments.Length - 1)
            .Where(i => segments[i] is "model" or "net").Take(4).Select(i => string.Join('.', segments[..i]));
    }

    /// <summary>Detects the network under a prefix.</summary>
    /// <param name="entries">All arrays of the file.</param>
    /// <param name="prefix">One of <see cref="Prefixes"/>.</param>
    /// <param name="network">The network, if every key and shape fits.</param>
    /// <param name="reason">Otherwise a sentence that says what does not fit.</param>
    public static bool TryDetect(
        IEnumerable<TensorEntry> entries, string prefix, [NotNullWhen(true)] out ReferenceNetwork? network, out string reason)
    {
        var cut = prefix.Length == 0 ? 0 : prefix.Length + 1;
        var shapes = entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)
                && (cut == 0 || entry.Name.ElementAtOrDefault(cut - 1) == '.') && entry.Name[cut..].Split('.') is ["model" or "net", _, ..])
            .ToDictionary(entry => entry.Name[cut..], entry => entry.Shape, StringComparer.Ordinal);
        var dropped = DropInstanceNormStatistics(shapes);
        network = null;
        if (Propose(shapes) is not { } architecture)
        {
            reason = "holds no network that is known: the keys are those of no U-Net, ResNet generator, PatchGAN or pixel discriminator " +
                "of the reference";
            return false;
        }

        reason = Difference(architecture, shapes);
        if (reason.Length > 0)
        {
            return false;
        }
        var names = shapes.Keys.ToDictionary(key => key, key => prefix.Length == 0 ? key : $"{prefix}.{key}", StringComparer.Ordinal);
        network = new(prefix, architecture, names, [.. dropped.Select(key => prefix.Length == 0 ? key : $"{prefix}.{key}")]);
        return true;
    }

    /// <summary>Removes statistics without a scale: they belong to an instance norm; a batch norm has both.</summary>
    private static List<string> DropInstanceNormStatistics(Dictionary<string, long[]> shapes)
    {
        var dropped = new List<string>();
        foreach (var key in shapes.Keys.ToArray())
        {
            var dot = key.LastIndexOf('.');
            if (key[(dot + 1)..] is "running_mean" or "running_var" or "num_batches_tracked" && !shapes.ContainsKey(key[..dot] + ".weight"))
            {
                dropped.Add(key);
            }
        }

        foreach (var key in dropped)
        {
            shapes.Remove(key);
        }
        return dropped;
    }

    private static ReferenceArchitecture? Propose(Dictionary<string, long[]> shapes)
    {
        if (shapes.ContainsKey("net.0.weight"))
        {
            return ProposePixel(shapes);
        }
        if (shapes.ContainsKey("model.model.0.weight"))
        {
            return ProposeUNet(shapes);
        }
        if (shapes.ContainsKey("model.10.conv_block.1.weight"))
        {
            return ProposeResNet(shapes);
        }
        if (shapes.ContainsKey("model.10.block.1.weight"))
        {
            return ProposeUpsampleResNet(shapes);
        }
        return shapes.ContainsKey("model.0.weight") ? ProposePatch(shapes) : null;
    }

    private static UNetArchitecture? ProposeUNet(Dictionary<string, long[]> shapes)
    {
        var (downs, path) = (1, "model.model.1.model");
        for (; shapes.ContainsKey($"{path}.1.weight") && downs < MaxDowns; downs++)
        {
            path += ".3.model";
        }
        if (Dimension(shapes, "model.model.0.weight", 0) is not { } ngf || Dimension(shapes, "model.model.0.weight", 1) is not { } input
            || Dimension(shapes, "model.model.3.weight", 1) is not { } output)
        {
            return null;
        }
        return new(downs, ngf, input, output, NormOf(shapes, "model.model.1.model.1.bias"));
    }

    private static ResNetArchitecture? ProposeResNet(Dictionary<string, long[]> shapes)
    {
        var blocks = CountBlocks(shapes, "conv_block");
        if (Dimension(shapes, "model.1.weight", 0) is not { } ngf || Dimension(shapes, "model.1.weight", 1) is not { } input
            || Dimension(shapes, $"model.{17 + blocks}.weight", 0) is not { } output)
        {
            return null;
        }
        // Without dropout, index 6 is a batch norm, whose weight has one dimension.
        var dropout = shapes.TryGetValue("model.10.conv_block.6.weight", out var shape) && shape.Length == 4;
        return new(blocks, ngf, input, output, NormOf(shapes, "model.1.bias"), dropout);
    }

    private static UpsampleResNetArchitecture? ProposeUpsampleResNet(Dictionary<string, long[]> shapes)
    {
        var blocks = CountBlocks(shapes, "block");
        return Dimension(shapes, "model.1.weight", 0) is { } ngf && Dimension(shapes, "model.1.weight", 1) is { } input
            && Dimension(shapes, $"model.{19 + blocks}.weight", 0) is { } output
            ? new(blocks, ngf, input, output)
            : null;
    }

    private static ReferenceArchitecture? ProposePatch(Dictionary<string, long[]> shapes)
    {
        if (Dimension(shapes, "model.0.weight", 0) is not { } ndf || Dimension(shapes, "model.0.weight", 1) is not { } input
            || Dimension(shapes, "model.0.weight", 2) != PatchKernel)
        {
            return null;
        }
        var last = shapes.Keys.Select(key => key.Split('.')).Where(parts => parts is ["model", _, "weight"])
            .Max(parts => int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : 0);
        if (Dimension(shapes, $"model.{last}.weight", 0) != 1)
        {
            return null; // Many networks begin with a convolution of that name; a discriminator ends with one score a place.
        }
        if (last == 12)
        {
            return new AsymmetricPatchArchitecture(ndf, input);
        }
        var layers = (last - 2) / 3;
        if (layers == 1 && Dimension(shapes, "model.2.weight", 0) == ndf)
        {
            layers = 0;
        }
        return layers is >= 0 and <= MaxBlocks ? new PatchArchitecture(layers, ndf, input, NormOf(shapes, "model.2.bias")) : null;
    }

    private static PixelArchitecture? ProposePixel(Dictionary<string, long[]> shapes) =>
        Dimension(shapes, "net.0.weight", 0) is { } ndf && Dimension(shapes, "net.0.weight", 1) is { } input
            ? new(ndf, input, NormOf(shapes, "net.2.bias"))
            : null;

    private static int CountBlocks(Dictionary<string, long[]> shapes, string name)
    {
        var blocks = 0;
        while (blocks < MaxBlocks && shapes.ContainsKey($"model.{10 + blocks}.{name}.1.weight"))
        {
            blocks++;
        }
        return blocks;
    }

    private static ReferenceNorm NormOf(Dictionary<string, long[]> shapes, string innerBias)
    {
        if (shapes.Keys.Any(key => key.EndsWith(".running_mean", StringComparison.Ordinal)))
        {
            return ReferenceNorm.Batch;
        }
        return shapes.ContainsKey(innerBias) ? ReferenceNorm.Instance : ReferenceNorm.None;
    }

    private static int? Dimension(Dictionary<string, long[]> shapes, string key, int axis) =>
        shapes.TryGetValue(key, out var shape) && shape.Length == 4 && shape[axis] is > 0 and <= 1 << 20 ? (int)shape[axis] : null;

    /// <summary>The first difference between a file and a network, as a sentence; empty if there is none.</summary>
    private static string Difference(ReferenceArchitecture architecture, Dictionary<string, long[]> shapes)
    {
        var unexpected = new HashSet<string>(shapes.Keys, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (key, expected, optional) in architecture.Keys())
        {
            unexpected.Remove(key);
            if (!shapes.TryGetValue(key, out var shape))
            {
                if (!optional)
                {
                    missing.Add(key);
                }
            }
            else if (!shape.AsSpan().SequenceEqual(expected))
            {
                return $"it looks like a {architecture}, but '{key}' has the shape [{string.Join(", ", shape)}] and not " +
                    $"[{string.Join(", ", expected)}]";
            }
        }

        if (missing.Count > 0)
        {
            return $"it looks like a {architecture}, but '{missing[0]}' is missing{Others(missing.Count)}";
        }
        return unexpected.Count > 0
            ? $"it looks like a {architecture}, but '{unexpected.First()}' is unexpected{Others(unexpected.Count)}"
            : "";
    }

    private static string Others(int count) => count > 1 ? $" (and {count - 1} more)" : "";
}
