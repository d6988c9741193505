using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>
/// What every layer and optimiser must have: an exported network that is compared with ONNX Runtime, and its line in the docs.
/// </summary>
internal sealed class CoverageTests
{
    /// <summary>
    /// A layer that an export leaves out, and one that it refuses; their tests are DropoutIsLeftOut and WhatCanNotBeExportedIsNamed.
    /// </summary>
    private static readonly Type[] s_unwritten = [typeof(Dropout), typeof(CircularPad2d)];

    [Test]
    public void EveryLayerIsExportedByACase()
    {
        var written = OnnxExportTests.All.SelectMany(c => c.Create().Descendants()).Select(module => module.GetType()).ToHashSet();
        Assert.That(Layers().Except(s_unwritten).Except(written).Select(type => type.Name), Is.Empty, "layers that no case exports");
    }

    [Test]
    public void EveryLayerIsInTheReadme() => AssertNamed("Nn", Layers().Append(typeof(ModulatedNorm)));

    [Test]
    public void EveryOptimizerIsInTheReadme() => AssertNamed("Optim", Concrete<Optimizer>());

    private static IEnumerable<Type> Layers() => Concrete<Layer>().Except([typeof(Sequential)]);

    private static IEnumerable<Type> Concrete<T>() =>
        typeof(T).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract);

    private static void AssertNamed(string room, IEnumerable<Type> types)
    {
        var page = File.ReadAllText(Path.Combine(Sources.Root, "engine", "Tensors", room, "README.md"));
        var names = types.Select(type => type.Name).ToList();
        Assert.That(names, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty, $"not in {room}/README.md");
    }
}
