using System.Text.Json;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>
/// Training steps as PyTorch took them, one file a case in <c>fixtures/families</c>, made by tools/fixtures/golden. Random numbers that a
/// step draws are stored with it, so that nothing but arithmetic is compared.
/// </summary>
internal sealed class GoldenCase : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly SafetensorsFile _file;
    private readonly HashSet<string> _lost;

    public GoldenCase(string name)
    {
        _file = new SafetensorsFile(TestFiles.Golden(name + ".safetensors"));
        _lost = JsonSerializer.Deserialize<HashSet<string>>(_file.Metadata["lost"])!;
        Options = OptionsJson.Parse(_file.Metadata["options"], name).Validated();
        Steps = int.Parse(_file.Metadata["steps"], CultureInfo.InvariantCulture);
    }

    public static IEnumerable<string> Names => Directory.EnumerateFiles(TestFiles.Golden("."), "*.safetensors")
        .Select(f => Path.GetFileNameWithoutExtension(f)!).Order();

    public TrainingOptions Options { get; }

    public int Steps { get; }

    /// <summary>A model with the weights that PyTorch began with.</summary>
    public GanModel Begin(Device device, bool eager = false)
    {
        var model = GanModel.Create(Options with { Eager = eager }, device);
        foreach (var (key, tensor) in Tensors(model))
        {
            tensor.Value.CopyFrom(_file.Read($"initial.{key}").ToSingle());
        }

        return model;
    }

    /// <summary>Takes the first steps; the model reports PyTorch's losses.</summary>
    public void Take(GanModel model, int steps)
    {
        var drawn = Drawn(model.Device);
        model.FixedDraws = (draw, shape) => drawn.TryGetValue(draw, out var value) && value.Shape == shape
            ? value
            : throw new AssertionException(
                $"the step draws '{draw}' {shape}; the fixture has {string.Join(", ", drawn.Select(d => $"{d.Key} {d.Value.Shape}"))}");
        var losses = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var step = 0; step < steps; step++)
        {
            foreach (var (draw, value) in drawn.Where(d => _file.Contains($"drawn.{step}.{d.Key}")))
            {
                value.CopyFrom(_file.Read($"drawn.{step}.{draw}").ToSingle());
            }

            using var batch = Input(step, model.Device);
            foreach (var loss in model.Step(batch, step))
            {
                losses.TryAdd(loss.Name, new float[steps]);
                losses[loss.Name][step] = loss.Value;
            }
        }

        Assert.That(losses.Keys, Is.EquivalentTo(Under("loss.").Select(e => e.Name["loss.".Length..])));
        Assert.Multiple(() =>
        {
            foreach (var (loss, values) in losses)
            {
                var expected = _file.Read($"loss.{loss}").ToSingle()[..steps];
                Assert.That(RelativeError(values, expected), Is.LessThan(Tolerance), $"{loss}: {string.Join(' ', values)}");
            }
        });
    }

    /// <summary>
    /// The tensors are those of another model, or PyTorch's after all steps, but for biases that a norm subtracts again, which drift
    /// without meaning.
    /// </summary>
    public void Compare(GanModel model, GanModel? other = null)
    {
        Assert.That(Tensors(model).Count(), Is.EqualTo(Under("final.").Count()));
        var others = other is null ? null : Tensors(other).ToDictionary(t => t.Name, t => t.Value.ToArray(), StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            foreach (var (key, tensor) in Tensors(model).Where(t => !_lost.Contains(t.Name)))
            {
                var expected = others?[key] ?? _file.Read($"final.{key}").ToSingle();
                Assert.That(RelativeError(tensor.Value.ToArray(), expected), Is.LessThan(Tolerance), key);
            }
        });
    }

    public Batch Input(int step, Device device) => new(
        [.. Under($"input.{step}.").Select(
            e => KeyValuePair.Create(e.Name.Split('.', 3)[2], Tensor.From(_file.Read(e.Name).ToSingle(), ShapeOf(e.Shape), device)))],
        ["golden"],
        epoch: 0);

    public void Dispose() => _file.Dispose();

    internal static double RelativeError(IReadOnlyList<float> ours, IReadOnlyList<float> theirs)
    {
        Assert.That(ours, Has.Count.EqualTo(theirs.Count));
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < ours.Count; i++)
        {
            difference += Math.Pow((double)ours[i] - theirs[i], 2);
            norm += Math.Pow(theirs[i], 2);
        }

        return norm > 0 ? Math.Sqrt(difference / norm) : Math.Sqrt(difference);
    }

    private static IEnumerable<NamedTensor> Tensors(GanModel model) =>
        model.Networks.SelectMany(n => n.Network.NamedTensors(n.Name + "."));

    private IEnumerable<TensorEntry> Under(string prefix) => _file.Entries.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>One tensor for each draw, which keeps its place in memory: a replay reads it there.</summary>
    private Dictionary<string, Tensor> Drawn(Device device) => Under("drawn.").GroupBy(e => e.Name.Split('.', 3)[2]).ToDictionary(
        g => g.Key, g => Tensor.From(_file.Read(g.First().Name).ToSingle(), ShapeOf(g.First().Shape), device).Keep(),
        StringComparer.Ordinal);

    private static Shape ShapeOf(long[] extents) => new(Array.ConvertAll(extents, e => (int)e));
}
