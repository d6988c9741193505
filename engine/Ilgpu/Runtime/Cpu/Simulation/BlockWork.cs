using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>What a thread does that passes a block once.</summary>
/// <param name="Instructions">Instructions, the jump at the end included.</param>
/// <param name="Multiplications">Multiplications of floating-point numbers.</param>
/// <param name="FloatOperations">Floating-point operations of all kinds, a multiply-add being two.</param>
/// <param name="Places">How many of the instructions belong to each place of the source.</param>
/// <param name="Jump">Where the jump stands in the source.</param>
internal sealed record BlockWork(
    int Instructions, int Multiplications, int FloatOperations, (SourceLocation Place, int Instructions)[] Places, SourceLocation? Jump)
{
    public static BlockWork Of(Block block)
    {
        Instruction[] counted = [.. block.Instructions.Where(SimulationCounts.IsCounted)];
        return new(
            counted.Length + 1, counted.Count(SimulationCounts.IsMultiplication), counted.Sum(i => SimulationCounts.FloatOperationsOf(i)),
            [.. counted.Select(i => i.Location).Append(block.Terminator.Location).OfType<SourceLocation>()
                .GroupBy(location => LineCounts.PlaceOf(location))
                .Select(place => (place.Key, place.Count()))],
            block.Terminator.Location);
    }
}
