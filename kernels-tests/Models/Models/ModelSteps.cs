namespace IlgpuGan.ModelsTests.Models;

/// <summary>Training steps on noise, for tests that ask what a step leaves and changes.</summary>
internal static class ModelSteps
{
    /// <summary>Weights and buffers of all networks by name.</summary>
    public static SortedDictionary<string, float[]> Weights(GanModel model) =>
        new(
            model.Networks.SelectMany(n => n.Network.NamedTensors(n.Name + ".")).ToDictionary(t => t.Name, t => t.Tensor.Value.ToArray()),
            StringComparer.Ordinal);

    /// <summary>The names of the networks whose weights some steps change.</summary>
    public static string[] Learned(GanModel model, Action steps)
    {
        var before = model.Networks.Select(Values).ToList();
        steps();
        return [.. model.Networks.Where((n, i) => !Values(n).SequenceEqual(before[i])).Select(n => n.Name)];

        static float[] Values(NamedNetwork n) => [.. n.Network.Parameters.SelectMany(p => p.Value.ToArray())];
    }

    /// <summary>
    /// Takes steps on pairs of colour pictures of a side, others in each, and returns the names of the last step's losses.
    /// </summary>
    public static string[] Take(GanModel model, int steps, int side, long epoch = 0)
    {
        string[] names = [];
        for (var step = 0; step < steps; step++)
        {
            var shape = new Shape(1, 3, side, side);
            using var batch = Batch.OfPair(
                Tensor.Uniform(new RandomKey(1, 0, (uint)step, 0), shape, model.Device).Affine(2, -1),
                Tensor.Uniform(new RandomKey(2, 0, (uint)step, 0), shape, model.Device).Affine(2, -1),
                epoch: epoch);
            names = [.. model.Step(batch, step).Select(l => l.Name)];
        }

        return names;
    }
}
