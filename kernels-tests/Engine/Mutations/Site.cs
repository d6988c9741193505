using IlgpuGan.EngineTests.Ops;

namespace IlgpuGan.EngineTests.Mutations;

/// <summary>One gradient that can be wrong: an op, as named in the graph, and one of its inputs.</summary>
/// <param name="Op">name of the op</param>
/// <param name="Input">index of the input</param>
internal sealed record Site(string Op, int Input)
{
    /// <summary>Where the gradient takes part.</summary>
    private readonly List<(OpCase Case, bool SecondOrder)> _runs = [];

    /// <summary>All gradients that the op cases reach.</summary>
    public static IReadOnlyList<Site> Find(Device device)
    {
        var sites = new Dictionary<(string, int), Site>();
        foreach (var c in OpCases.WithGradient)
        {
            new GradientCheck(device, tensor => Note(tensor, c, secondOrder: false)).FirstOrderError(c);
            new GradientCheck(device, tensor => Note(tensor, c, secondOrder: true)).SecondOrderError(c);
        }

        return [.. sites.Values.OrderBy(s => s.Op, StringComparer.Ordinal).ThenBy(s => s.Input)];

        void Note(Tensor tensor, OpCase c, bool secondOrder)
        {
            foreach (var node in Graph.Nodes(tensor))
            {
                for (var i = 0; i < node.Inputs.Length; i++)
                {
                    if (node.Inputs[i] is not null)
                    {
                        sites.TryAdd((node.Op.Name, i), new Site(node.Op.Name, i));
                        var runs = sites[(node.Op.Name, i)]._runs;
                        if (runs.Count == 0 || runs[^1] != (c, secondOrder))
                        {
                            runs.Add((c, secondOrder));
                        }
                    }
                }
            }
        }
    }

    /// <summary>Makes the gradient wrong in one case after the other until a check notices.</summary>
    /// <returns>who noticed, or null; and whether the mutation changed a number at all</returns>
    public (string? NoticedBy, bool HasBitten) Hunt(Device device, Mutation mutation)
    {
        var mutants = new List<MutantOp>();
        var check = new GradientCheck(device, tensor => Plant(tensor, mutation, mutants));
        foreach (var (c, secondOrder) in _runs.OrderBy(r => r.SecondOrder))
        {
            var error = secondOrder ? check.SecondOrderError(c) : check.FirstOrderError(c);
            if (error > OpTests.GradientTolerance)
            {
                return ($"{(secondOrder ? "second" : "first")} order of {c}, error {error:G3}", true);
            }
        }

        return (null, mutants.Any(m => m.HasBitten));
    }

    private void Plant(Tensor tensor, Mutation mutation, List<MutantOp> mutants)
    {
        foreach (var node in Graph.Nodes(tensor))
        {
            if (node.Op.Name == Op && Input < node.Inputs.Length && node.Inputs[Input] is not null)
            {
                var mutant = new MutantOp(node.Op, Input, mutation);
                node.Op = mutant;
                mutants.Add(mutant);
            }
        }
    }
}
