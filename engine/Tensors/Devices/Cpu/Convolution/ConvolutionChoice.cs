namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>An algorithm for a pass of a convolution.</summary>
/// <param name="Name">name of the algorithm</param>
/// <param name="Cost">multiply-adds that would take as long at full speed: a model, fitted to measured times</param>
/// <param name="Build">makes the pass; called only for the chosen candidate</param>
/// <typeparam name="TPass">the pass's signature</typeparam>
internal sealed record ConvolutionCandidate<TPass>(string Name, double Cost, Func<TPass> Build);

/// <summary>The chosen pass for one geometry, with the reason.</summary>
/// <param name="Name">name of the algorithm</param>
/// <param name="Note">the name, and the reason: costs of all candidates relative to the last, which always applies</param>
/// <param name="Pass">the pass, ready to run</param>
/// <typeparam name="TPass">the pass's signature</typeparam>
internal sealed record ConvolutionChoice<TPass>(string Name, string Note, TPass Pass)
{
    /// <summary>The candidate of least cost; the first of equals.</summary>
    public static ConvolutionChoice<TPass> Of(IReadOnlyList<ConvolutionCandidate<TPass>> candidates)
    {
        var best = candidates.MinBy(candidate => candidate.Cost)!;
        var reason = candidates.Count == 1
            ? "no other way applies"
            : "least of " +
                string.Join(
                    ", ",
                    candidates.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} {c.Cost / candidates[^1].Cost:0.00}")));
        return new ConvolutionChoice<TPass>(best.Name, $"{best.Name}: {reason}", best.Build());
    }
}
