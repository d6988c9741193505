namespace IlgpuGan.Models.Families;

/// <summary>The losses that a step reports, in the order of the reports.</summary>
internal sealed class ReportedLosses
{
    private readonly List<(string Name, Tensor Value)> _losses = [];

    public int Count => _losses.Count;

    public IReadOnlyList<string> Names => [.. _losses.Select(l => l.Name)];

    public void Add(string name, Tensor value) => _losses.Add((name, value));

    public void Clear() => _losses.Clear();

    /// <summary>All values in one tensor [losses], so that reading them waits for the device once.</summary>
    public Tensor Values() => TensorOps.Concat(0, [.. _losses.Select(l => l.Value.Detach().Reshape(new Shape(1)))]);
}
