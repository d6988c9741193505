using System.Text.Json;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>
/// Training steps of every family as PyTorch took them, one file a case in <c>fixtures/families</c>, made by
/// tools/fixtures/golden/families. Random numbers that a step draws are stored with it, so that nothing but arithmetic is compared.
/// </summary>
[TestFixture("cpu")]
[TestFixture("opencl", Category = Exhaustive.Category)]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class FamilyStepTests(string deviceName)
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Golden", "fixtures", "families");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(s_folder, "*.safetensors").Select(f => Path.GetFileNameWithoutExtension(f)!).Order();

    /// <summary>Recorded after the first step of a phase and replayed later, and as written each time.</summary>
    [Test]
    public void StepsAgreeWithPyTorch([ValueSource(nameof(Names))] string name, [Values] bool eager)
    {
        using var file = new SafetensorsFile(Path.Combine(s_folder, name + ".safetensors"));
        var device = TestDevices.Open(deviceName);
        var options = OptionsJson.Parse(file.Metadata["options"], name).Validated() with { Eager = eager };
        using var model = GanModel.Create(options, device);
        foreach (var (key, tensor) in Tensors(model))
        {
            tensor.Value.CopyFrom(file.Read($"initial.{key}").ToSingle());
        }

        var drawn = Drawn(file, device);
        model.FixedDraws = (draw, shape) => drawn.TryGetValue(draw, out var value) && value.Shape == shape
            ? value
            : throw new AssertionException(
                $"the step draws '{draw}' {shape}; the fixture has {string.Join(", ", drawn.Select(d => $"{d.Key} {d.Value.Shape}"))}");
        var losses = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var steps = int.Parse(file.Metadata["steps"], CultureInfo.InvariantCulture);
        for (var step = 0; step < steps; step++)
        {
            foreach (var (draw, value) in drawn.Where(d => file.Contains($"drawn.{step}.{d.Key}")))
            {
                value.CopyFrom(file.Read($"drawn.{step}.{draw}").ToSingle());
            }

            using var batch = Input(file, step, device);
            foreach (var loss in model.Step(batch, step))
            {
                if (!losses.TryGetValue(loss.Name, out var values))
                {
                    losses.Add(loss.Name, values = [.. Enumerable.Repeat(0f, steps)]);
                }

                values[step] = loss.Value;
            }
        }

        var lost = JsonSerializer.Deserialize<HashSet<string>>(file.Metadata["lost"])!;
        Assert.That(
            losses.Keys,
            Is.EquivalentTo(
                file.Entries.Where(e => e.Name.StartsWith("loss.", StringComparison.Ordinal)).Select(e => e.Name["loss.".Length..])));
        Assert.Multiple(() =>
        {
            foreach (var (loss, values) in losses)
            {
                Assert.That(
                    GoldenStepTests.RelativeError(values, file.Read($"loss.{loss}").ToSingle()), Is.LessThan(GoldenStepTests.Tolerance),
                    $"{loss}: {string.Join(' ', values)}");
            }

            foreach (var (key, tensor) in Tensors(model).Where(t => !lost.Contains(t.Name)))
            {
                Assert.That(
                    GoldenStepTests.RelativeError(tensor.Value.ToArray(), file.Read($"final.{key}").ToSingle()),
                    Is.LessThan(GoldenStepTests.Tolerance), key);
            }
        });
        Assert.That(Tensors(model).Count(), Is.EqualTo(file.Entries.Count(e => e.Name.StartsWith("final.", StringComparison.Ordinal))));
    }

    private static IEnumerable<(string Name, ModuleTensor Tensor)> Tensors(GanModel model) =>
        model.Networks.SelectMany(n => n.Network.NamedTensors(n.Name + ".")).Select(t => (t.Name, t.Tensor));

    /// <summary>One tensor for each draw, which keeps its place in memory: a replay reads it there.</summary>
    private static Dictionary<string, Tensor> Drawn(SafetensorsFile file, Device device) => file.Entries
        .Where(e => e.Name.StartsWith("drawn.", StringComparison.Ordinal))
        .GroupBy(e => e.Name.Split('.', 3)[2])
        .ToDictionary(
            g => g.Key, g => Tensor.From(file.Read(g.First().Name).ToSingle(), ShapeOf(g.First().Shape), device).Keep(),
            StringComparer.Ordinal);

    private static Batch Input(SafetensorsFile file, int step, Device device)
    {
        var prefix = $"input.{step}.";
        return new Batch(
            [.. file.Entries.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(e => KeyValuePair.Create(
                    e.Name[prefix.Length..], Tensor.From(file.Read(e.Name).ToSingle(), ShapeOf(e.Shape), device)))],
            ["golden"],
            epoch: 0);
    }

    private static Shape ShapeOf(long[] extents) => new(Array.ConvertAll(extents, e => (int)e));
}
