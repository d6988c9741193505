using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>What loading a kernel needs of the program that it is part of.</summary>
internal static class DynamicCode
{
    /// <summary>Why a program can't load kernels.</summary>
    public const string Absence =
        "Kernels are compiled from the IL of their methods, and launched by code that is made when they are loaded. A program compiled "
        + "ahead of time has no IL and makes no code: publish it without PublishAot (PublishReadyToRun and PublishSingleFile keep both).";

    /// <exception cref="NotSupportedException">The program was compiled ahead of time (NativeAOT).</exception>
    public static void Demand()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new NotSupportedException(Absence);
        }
    }
}
