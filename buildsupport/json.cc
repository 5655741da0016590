// Boost.JSON's own code, compiled once: no shared library to install beside the SDK.
#include <boost/json/src.hpp>
