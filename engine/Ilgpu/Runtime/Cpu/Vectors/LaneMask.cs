using System.Reflection.Emit;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Where a translated kernel keeps which lanes take part.</summary>
/// <param name="Lanes">A vector of Int32: all bits of a lane that takes part, none of the others.</param>
/// <param name="Bits">The same, one bit a lane.</param>
internal sealed record LaneMask(LocalBuilder Lanes, LocalBuilder Bits);
