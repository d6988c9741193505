namespace ILGPU.Runtime.Cuda.API;

/// <summary>Versions of NVIDIA's cuRAND.</summary>
public enum CuRandAPIVersion
{
    V9,
    V10,
    V11,
    V12,
}

/// <summary>The functions of NVIDIA's cuRAND, found in its library at run time.</summary>
public sealed unsafe class CuRandAPI
{
    private readonly delegate* unmanaged<IntPtr*, CuRandRngType, CuRandStatus> _createGenerator;
    private readonly delegate* unmanaged<IntPtr*, CuRandRngType, CuRandStatus> _createGeneratorHost;
    private readonly delegate* unmanaged<IntPtr, CuRandStatus> _destroyGenerator;
    private readonly delegate* unmanaged<int*, CuRandStatus> _getVersion;
    private readonly delegate* unmanaged<IntPtr, IntPtr, CuRandStatus> _setStream;
    private readonly delegate* unmanaged<IntPtr, ulong, CuRandStatus> _setSeed;
    private readonly delegate* unmanaged<IntPtr, CuRandStatus> _generateSeeds;
    private readonly delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus> _generate;
    private readonly delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus> _generateLongLong;
    private readonly delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus> _generateUniform;
    private readonly delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus> _generateUniformDouble;
    private readonly delegate* unmanaged<IntPtr, IntPtr, nuint, float, float, CuRandStatus> _generateNormal;
    private readonly delegate* unmanaged<IntPtr, IntPtr, nuint, double, double, CuRandStatus> _generateNormalDouble;

    /// <param name="find">Gives the address of a function by its name.</param>
    internal CuRandAPI(Func<string, IntPtr> find)
    {
        _createGenerator = (delegate* unmanaged<IntPtr*, CuRandRngType, CuRandStatus>)find("curandCreateGenerator");
        _createGeneratorHost = (delegate* unmanaged<IntPtr*, CuRandRngType, CuRandStatus>)find("curandCreateGeneratorHost");
        _destroyGenerator = (delegate* unmanaged<IntPtr, CuRandStatus>)find("curandDestroyGenerator");
        _getVersion = (delegate* unmanaged<int*, CuRandStatus>)find("curandGetVersion");
        _setStream = (delegate* unmanaged<IntPtr, IntPtr, CuRandStatus>)find("curandSetStream");
        _setSeed = (delegate* unmanaged<IntPtr, ulong, CuRandStatus>)find("curandSetPseudoRandomGeneratorSeed");
        _generateSeeds = (delegate* unmanaged<IntPtr, CuRandStatus>)find("curandGenerateSeeds");
        _generate = (delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus>)find("curandGenerate");
        _generateLongLong = (delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus>)find("curandGenerateLongLong");
        _generateUniform = (delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus>)find("curandGenerateUniform");
        _generateUniformDouble = (delegate* unmanaged<IntPtr, IntPtr, nuint, CuRandStatus>)find("curandGenerateUniformDouble");
        _generateNormal = (delegate* unmanaged<IntPtr, IntPtr, nuint, float, float, CuRandStatus>)find("curandGenerateNormal");
        _generateNormalDouble =
            (delegate* unmanaged<IntPtr, IntPtr, nuint, double, double, CuRandStatus>)find("curandGenerateNormalDouble");
    }

    /// <summary>Loads the library: that of a version, or the newest.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static CuRandAPI Create(CuRandAPIVersion? version) => Create(version, CudaApi.Exports);

    public CuRandStatus CreateGenerator(out IntPtr libHandle, CuRandRngType rngType)
    {
        fixed (IntPtr* handle = &libHandle)
        {
            return _createGenerator(handle, rngType);
        }
    }

    /// <summary>A generator that fills memory of the host.</summary>
    public CuRandStatus CreateGeneratorHost(out IntPtr libHandle, CuRandRngType rngType)
    {
        fixed (IntPtr* handle = &libHandle)
        {
            return _createGeneratorHost(handle, rngType);
        }
    }

    public CuRandStatus DestroyGenerator(IntPtr libHandle) => _destroyGenerator(libHandle);

    public CuRandStatus GetVersion(out int version)
    {
        fixed (int* number = &version)
        {
            return _getVersion(number);
        }
    }

    public CuRandStatus SetStream(IntPtr libHandle, IntPtr stream) => _setStream(libHandle, stream);

    public CuRandStatus SetSeed(IntPtr libHandle, long seed) => _setSeed(libHandle, (ulong)seed);

    public CuRandStatus GenerateSeeds(IntPtr libHandle) => _generateSeeds(libHandle);

    public CuRandStatus GenerateUInt(IntPtr libHandle, IntPtr outputPtr, IntPtr length) =>
        _generate(libHandle, outputPtr, (nuint)length);

    /// <summary>Of generators of 64-bit numbers, which are some of the quasirandom ones.</summary>
    public CuRandStatus GenerateULong(IntPtr libHandle, IntPtr outputPtr, IntPtr length) =>
        _generateLongLong(libHandle, outputPtr, (nuint)length);

    /// <summary>From above 0 up to 1.</summary>
    public CuRandStatus GenerateUniformFloat(IntPtr libHandle, IntPtr outputPtr, IntPtr length) =>
        _generateUniform(libHandle, outputPtr, (nuint)length);

    /// <inheritdoc cref="GenerateUniformFloat"/>
    public CuRandStatus GenerateUniformDouble(IntPtr libHandle, IntPtr outputPtr, IntPtr length) =>
        _generateUniformDouble(libHandle, outputPtr, (nuint)length);

    /// <summary>An even number of them.</summary>
    public CuRandStatus GenerateNormalFloat(IntPtr libHandle, IntPtr outputPtr, IntPtr length, float mean, float stddev) =>
        _generateNormal(libHandle, outputPtr, (nuint)length, mean, stddev);

    /// <inheritdoc cref="GenerateNormalFloat"/>
    public CuRandStatus GenerateNormalDouble(IntPtr libHandle, IntPtr outputPtr, IntPtr length, double mean, double stddev) =>
        _generateNormalDouble(libHandle, outputPtr, (nuint)length, mean, stddev);

    /// <summary>Destroys a generator; does nothing for the handle 0, which a failed or released generator has.</summary>
    /// <param name="api">The library; not used for the handle 0.</param>
    /// <param name="generator">The handle.</param>
    /// <param name="disposing">False in a finaliser, which must not throw.</param>
    /// <exception cref="CuRandException">The library refuses.</exception>
    internal static void Release(CuRandAPI api, IntPtr generator, bool disposing)
    {
        if (generator == IntPtr.Zero)
        {
            return;
        }

        CuRandStatus status = api.DestroyGenerator(generator);
        if (disposing)
        {
            CuRandException.ThrowIfFailed(status);
        }
    }

    /// <summary>As <see cref="Create(CuRandAPIVersion?)"/>.</summary>
    /// <param name="version">Null for the newest.</param>
    /// <param name="load">Loads a library and gives the way to find its functions; null where there is none.</param>
    internal static CuRandAPI Create(CuRandAPIVersion? version, Func<string, Func<string, IntPtr>?> load)
    {
        CuRandAPIVersion[] versions = version is { } one ? [one] : [.. Enum.GetValues<CuRandAPIVersion>().Reverse()];
        foreach (CuRandAPIVersion candidate in versions)
        {
            if (load(LibraryOf(candidate)) is not { } find)
            {
                continue;
            }

            return new(name => find(name) is var address && address != IntPtr.Zero
                ? address
                : throw new NotSupportedException($"{LibraryOf(candidate)} is no usable cuRAND: it has no {name}."));
        }

        throw new NotSupportedException(
            $"NVIDIA's cuRAND was not found ({string.Join(", ", versions.Select(LibraryOf).Distinct())}). Install the CUDA toolkit, or " +
                "draw with RNG.Create<XorShift128Plus>, which needs nothing.");
    }

    // The library of toolkits 11 and 12 is still called 10; elsewhere than on Windows that is tried after the names of their own.
    private static string LibraryOf(CuRandAPIVersion version)
    {
        int number = version switch { CuRandAPIVersion.V9 => 9, CuRandAPIVersion.V11 => 11, CuRandAPIVersion.V12 => 12, _ => 10 };
        return OperatingSystem.IsWindows() ? $"curand64_{Math.Min(number, 10)}.dll" : $"libcurand.so.{number}";
    }
}
